package io.github.cloudjobs.auth;

import io.github.cloudjobs.connection.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * Where the metadata service is: at its fixed address, or, for an emulator, on this machine; it can
 * be nowhere else. Whoever could move it would hand this machine keys of his own. Pure.
 *
 * @param url without a slash at its end
 */
record MetadataAddress(String url) {
  /** Where it is in every cloud; reachable from a server alone, and not beyond its link. */
  static final MetadataAddress REAL = new MetadataAddress("http://169.254.169.254");

  static final String PROPERTY = "cloudjobs.metadata.address";
  static final String VARIABLE = "CLOUDJOBS_METADATA_ADDRESS";

  private static final String RULE =
      "the metadata address must be http://169.254.169.254, or http on this machine such as"
          + " http://127.0.0.1:8080";

  /**
   * @throws IllegalArgumentException if it is any other; it is not repeated
   */
  static MetadataAddress of(URI uri) {
    String host = uri.getHost();
    String path = uri.getRawPath();
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || host == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException(RULE);
    }
    boolean real = host.equals("169.254.169.254") && (uri.getPort() < 0 || uri.getPort() == 80);
    boolean here = Loopback.is(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    if (!real && !here) {
      throw new IllegalArgumentException(RULE);
    }
    return real
        ? REAL
        : new MetadataAddress("http://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
  }

  /**
   * Returns the real one, unless the property or, after it, the variable names another.
   *
   * @throws IllegalArgumentException if what is named is not allowed
   */
  static MetadataAddress of(Surroundings surroundings) {
    String property = surroundings.property(PROPERTY);
    String named = property == null ? surroundings.variable(VARIABLE) : property;
    if (named == null) {
      return REAL;
    }
    try {
      return of(new URI(named));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          (Objects.equals(named, property) ? PROPERTY : VARIABLE) + ": " + RULE);
    }
  }
}
