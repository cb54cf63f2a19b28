package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.Endpoint.PlainHttp;
import io.github.cloudjobs.text.SafeText;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one region's services: by the cloud's pattern, unless an environment variable
 * overrides it.
 */
record Regions(Cloud cloud, String region, Function<String, @Nullable String> environment) {
  private static final String PREFIX = "HUAWEICLOUD_SDK_REGION_";
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?");
  private static final int MAX_LABEL_LENGTH = 63; // RFC 1035

  Regions {
    requireNonNull(cloud, "cloud");
    region = checkLabel("region", region);
  }

  /** Refuses a service without a host name, and a variable that is not an endpoint. */
  Endpoint endpoint(JobsService service, PlainHttp plainHttp) {
    String usual = cloud.endpoint(service, region);
    String variable = PREFIX + service.host().variable() + "_" + variable(region);
    String override = environment.apply(variable);
    if (override == null || override.isBlank()) {
      return Endpoint.parse(usual, plainHttp, service.pathTemplate());
    }
    try {
      return Endpoint.parse(first(override), plainHttp, service.pathTemplate());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
  }

  /** As in the vendor's SDK, commas separate endpoints and the scheme defaults to https. */
  private static String first(String endpoints) {
    String first = endpoints.split(",", 2)[0].strip();
    boolean bare = !first.isEmpty() && !first.contains(":/");
    return bare ? "https://" + first : first;
  }

  /**
   * Checks the name of a region or the first label of a host name, and returns it in lower case.
   */
  static String checkLabel(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(name + " must not be null or blank");
    }
    if (text.length() > MAX_LABEL_LENGTH || !LABEL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "%s must hold only letters a to z, digits and hyphens (not at its ends), at most 63: %s%s"
              .formatted(
                  name, SafeText.printable(text, MAX_LABEL_LENGTH), SafeText.invisibleNote(text)));
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** Returns a checked label as it is written in the name of an environment variable. */
  static String variable(String label) {
    return label.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
