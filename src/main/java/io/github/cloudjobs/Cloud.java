package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.text.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cloud, with the host names of its services in each region, listed or not. Immutable. No name is
 * looked up. The project's page {@code endpoints.md} has the sources.
 */
public final class Cloud {
  /** Letters and digits, with hyphens between them; at most 63 (RFC 1035). */
  private static final Pattern LABEL =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?");

  private static final String IAM = "iam";

  /**
   * Huawei Cloud, the international and the Chinese site: {@code
   * {service}.{region}.myhuaweicloud.com}; a region {@code eu-west-1xx} is found in {@link
   * #HUAWEI_CLOUD_EU}. A few regions have the global {@code iam.myhuaweicloud.com}.
   */
  public static final Cloud HUAWEI_CLOUD =
      new Cloud(
          "Huawei Cloud",
          """
          ae-ad-1 af-north-1 af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3
          ap-southeast-4 ap-southeast-5 cn-east-2 cn-east-3 cn-east-4 cn-east-5 cn-north-1
          cn-north-2 cn-north-4 cn-north-9 cn-north-11 cn-north-12 cn-south-1 cn-south-2
          cn-south-4 cn-southwest-2 cn-southwest-3 eu-west-0 la-north-2 la-south-2
          me-east-1 my-kualalumpur-1 na-mexico-1 ru-moscow-1 ru-northwest-2 sa-brazil-1
          tr-west-1
          """,
          ".myhuaweicloud.com",
          "\\.(eu-west-1\\d\\d\\.myhuaweicloud)\\.com",
          ".$1.eu",
          "^iam\\.(af-north-1|ap-southeast-5|cn-north-11|cn-south-4|cn-southwest-3|ru-northwest-2)\\.",
          "iam.");

  /**
   * Huawei Cloud's European site: {@code {service}.{region}.myhuaweicloud.eu}. The hosts of BMS,
   * SDRS and VBS follow the pattern but are not documented.
   */
  public static final Cloud HUAWEI_CLOUD_EU =
      new Cloud("Huawei Cloud Europe", "eu-west-101", ".myhuaweicloud.eu");

  /**
   * Open Telekom Cloud: {@code {service}.{region}.otc.t-systems.com}, and {@code
   * {service}.eu-ch2.sc.otc.t-systems.com} in Switzerland. BMS is reached through ECS's host.
   */
  public static final Cloud OPEN_TELEKOM_CLOUD =
      new Cloud(
          "Open Telekom Cloud",
          "eu-ch2 eu-de eu-nl",
          ".otc.t-systems.com",
          "^bms\\.",
          "ecs.",
          "^iam\\.eu-ch2\\.",
          "iam-pub.eu-ch2.",
          "\\.eu-ch2\\.",
          ".eu-ch2.sc.");

  /**
   * FlexibleEngine: {@code {service}.{region}.prod-cloud-ocb.orange-business.com}. The host of BMS
   * follows the pattern but is not documented.
   */
  public static final Cloud FLEXIBLE_ENGINE =
      new Cloud(
          "FlexibleEngine", "eu-west-0 eu-west-1 na-east-0", ".prod-cloud-ocb.orange-business.com");

  private final String name;
  private final List<String> regions;
  private final String domain; // of the hosts {service}.{region}
  private final String[] exceptions; // parts of hosts as patterns, each with its replacement

  private Cloud(String name, String regions, String domain, String... exceptions) {
    this.name = name;
    this.regions = List.of(regions.split("\\s+"));
    this.domain = domain;
    this.exceptions = exceptions;
  }

  /** The display name, such as {@code Open Telekom Cloud}. */
  public String name() {
    return name;
  }

  /** The known regions; others are accepted too. Not every region offers every service. */
  public List<String> regions() {
    return regions;
  }

  /**
   * Returns the endpoint of a service, such as {@code https://ecs.eu-de.otc.t-systems.com}.
   *
   * @throws IllegalArgumentException if the service has no host name, or the region is invalid
   */
  public String endpoint(JobsService service, String region) {
    return url(requireNonNull(service, "service").hostName(), region);
  }

  /** Returns the endpoint of IAM, which issues tokens and temporary keys; see {@link #endpoint}. */
  public String iamEndpoint(String region) {
    return url(IAM, region);
  }

  private String url(String hostName, String region) {
    String host = hostName + "." + checkLabel("region", region) + domain;
    for (int i = 0; i < exceptions.length; i += 2) {
      host = host.replaceFirst(exceptions[i], exceptions[i + 1]);
    }
    return "https://" + host;
  }

  /** Checks the name of a region or the first label of a host name; returns it in lower case. */
  static String checkLabel(String what, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(what + " must not be null or blank");
    }
    if (!LABEL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          what
              + " must hold only letters a to z, digits and hyphens (not at its ends), at most 63: "
              + SafeText.printable(text, 63)
              + SafeText.invisibleNote(text));
    }
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return name;
  }

  /** A region, in which environment variables may override the hosts. */
  static final class Region {
    private final Cloud cloud;
    private final String name;
    private final Map<String, String> environment;

    Region(Cloud cloud, String name, Map<String, String> environment) {
      this.cloud = requireNonNull(cloud, "cloud");
      this.name = checkLabel("region", name);
      this.environment = environment;
    }

    /** Refuses a service without a host name, and a variable that is not an endpoint. */
    Endpoint endpoint(JobsService service, ConnectionSettings connection) {
      String url = cloud.endpoint(service, name);
      String variable = "HUAWEICLOUD_SDK_REGION_" + service.sdkName() + "_" + name;
      variable = variable.toUpperCase(Locale.ROOT).replace('-', '_');
      String override = environment.get(variable);
      if (override == null || override.isBlank()) {
        return Endpoint.parse(url, connection, service.pathTemplate());
      }
      // As in the vendor's SDK, commas separate endpoints and the scheme defaults to https.
      String first = override.split(",", 2)[0].strip();
      boolean bare = !first.isEmpty() && !first.contains(":/");
      try {
        String given = bare ? "https://" + first : first;
        return Endpoint.parse(given, connection, service.pathTemplate());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
      }
    }
  }
}
