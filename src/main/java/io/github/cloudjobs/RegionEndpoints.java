package io.github.cloudjobs;

import io.github.cloudjobs.http.Endpoint;
import io.github.cloudjobs.http.Plaintext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the services of one region are: as the cloud's pattern says, unless the environment says
 * otherwise. Immutable.
 *
 * @param region a checked name
 * @param environment a variable's value, or null
 */
record RegionEndpoints(Cloud cloud, String region, Function<String, @Nullable String> environment) {
  private static final String PREFIX = "HUAWEICLOUD_SDK_REGION_";

  /**
   * Returns the endpoint of a service.
   *
   * @throws IllegalArgumentException if the service has no host name, or what the environment holds
   *     is no endpoint
   */
  Endpoint endpoint(JobsService service, Plaintext plaintext) {
    String usual = cloud.endpoint(service, region);
    String variable = PREFIX + service.host().variable() + "_" + HostLabel.variable(region);
    String override = environment.apply(variable);
    if (override == null || override.isBlank()) {
      return Endpoint.parse(usual, plaintext, service.template());
    }
    try {
      return Endpoint.parse(firstOf(override), plaintext, service.template());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
  }

  /** The vendor's SDK takes a comma for a list, and {@code https} where no scheme is named. */
  private static String firstOf(String endpoints) {
    String first = endpoints.split(",", 2)[0].strip();
    boolean bare = !first.isEmpty() && !first.contains(":/");
    return bare ? "https://" + first : first;
  }
}
