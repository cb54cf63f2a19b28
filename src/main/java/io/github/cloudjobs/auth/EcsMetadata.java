package io.github.cloudjobs.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.auth.CachedCredentials.ExpiringCredentials;
import io.github.cloudjobs.auth.SourceHttp.SourceResponse;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.HeaderText;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the temporary key of a server's agency from its metadata service, with a session token
 * where the service has those. Sends nothing but that token.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/elastic-cloud-server/umn/instances/obtaining_metadata/">Obtaining
 *     metadata</a>
 */
final class EcsMetadata implements CachedCredentials.Source {
  static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** A key lives an hour, and the service has a new one ten minutes before its end. */
  static final Duration MARGIN = Duration.ofMinutes(10);

  static final String ADDRESS_PROPERTY = "cloudjobs.metadata.address";
  static final String ADDRESS_VARIABLE = "CLOUDJOBS_METADATA_ADDRESS";

  private static final String ADDRESS = "http://169.254.169.254"; // in every cloud
  private static final String ADDRESS_RULE =
      "the metadata address must be http://169.254.169.254, or http on this machine such as"
          + " http://127.0.0.1:8080";
  private static final String TOKEN_PATH = "/meta-data/latest/api/token";
  private static final String KEY_PATH = "/openstack/latest/securitykey";
  private static final String NO_AGENCY = "Please configure Cloud Service Agency first";

  private static final Duration TOKEN_LIFE = Duration.ofHours(6); // the longest possible
  private static final Duration TOKEN_MARGIN = Duration.ofMinutes(1);
  private static final Duration WITHOUT_TOKENS = Duration.ofHours(24);
  private static final int MAX_BYTES = 64 * 1024;

  private final String address;
  private final String name;
  private final SourceHttp http;

  // Used by one fetch at a time:
  private @Nullable String token; // null if the service has no tokens
  private Instant tokenExpiresAt = Instant.MIN;

  EcsMetadata(String address, Duration timeout) {
    this.address = address;
    this.name = "ECS metadata at " + address;
    this.http = SourceHttp.linkLocal(timeout, MAX_BYTES);
  }

  static CredentialsProvider provider(String address, SystemEnvironment environment) {
    EcsMetadata metadata = new EcsMetadata(address, TIMEOUT);
    return new CachedCredentials(metadata.name, metadata, MARGIN, environment);
  }

  /** The provider at the configured address; one that is not allowed is refused when it is used. */
  static CredentialsProvider provider(SystemEnvironment environment) {
    String property = environment.property(ADDRESS_PROPERTY);
    String configured = property == null ? environment.variable(ADDRESS_VARIABLE) : property;
    try {
      return provider(configured == null ? ADDRESS : checked(new URI(configured)), environment);
    } catch (URISyntaxException | IllegalArgumentException notAllowed) {
      String origin = Objects.equals(configured, property) ? ADDRESS_PROPERTY : ADDRESS_VARIABLE;
      return () -> {
        throw new JobsException("ECS metadata: " + origin + ": " + ADDRESS_RULE);
      };
    }
  }

  /**
   * Checks an address: anyone who could choose it freely could give this machine keys of their own.
   *
   * @return the address without a slash at its end
   * @throws IllegalArgumentException if it is not allowed; the message does not contain it
   */
  static String checked(URI uri) {
    String host = uri.getHost();
    String path = uri.getRawPath();
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || host == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException(ADDRESS_RULE);
    }
    if (ADDRESS.equals("http://" + host) && (uri.getPort() < 0 || uri.getPort() == 80)) {
      return ADDRESS;
    }
    if (!Endpoint.isLoopback(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)) {
      throw new IllegalArgumentException(ADDRESS_RULE);
    }
    return "http://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  @Override
  public ExpiringCredentials fetch(Instant now) {
    if (!now.isBefore(tokenExpiresAt)) {
      getToken(now, false);
    }
    SourceResponse response = getKey(now);
    if (response.status() == 401 && !lacksAgency(response)) { // the token is missing or expired
      getToken(now, true);
      response = getKey(now);
    }
    return read(response, now);
  }

  private void getToken(Instant now, boolean required) {
    tokenExpiresAt = Instant.MIN;
    Map<String, String> life =
        Map.of("X-Metadata-Token-Ttl-Seconds", Long.toString(TOKEN_LIFE.toSeconds()));
    SourceResponse response = http.send(name, "PUT", address + TOKEN_PATH, life, null, now);
    switch (response.status()) {
      case 200 -> {
        token = token(response);
        tokenExpiresAt = now.plus(TOKEN_LIFE).minus(TOKEN_MARGIN);
      }
      case 404, 405, 503 -> {
        if (required) {
          throw error(response, "it requires a token and returns none");
        }
        token = null;
        tokenExpiresAt = now.plus(WITHOUT_TOKENS);
      }
      default -> throw error(response, "it returns no token");
    }
  }

  private String token(SourceResponse response) {
    try {
      return HeaderText.requireKey(
          "the token", response.truncated() ? null : response.body().strip());
    } catch (IllegalArgumentException unusable) {
      throw error(response, "the response is not a token");
    }
  }

  private SourceResponse getKey(Instant now) {
    Map<String, String> headers = token == null ? Map.of() : Map.of("X-Metadata-Token", token);
    return http.send(name, "GET", address + KEY_PATH, headers, null, now);
  }

  private static boolean lacksAgency(SourceResponse response) {
    return response.body().contains(NO_AGENCY);
  }

  private ExpiringCredentials read(SourceResponse response, Instant now) {
    if (response.status() != 200) {
      throw error(
          response,
          response.status() == 401 && lacksAgency(response)
              ? "the server has no agency: assign one that may read jobs"
              : "it returns no key");
    }
    JsonNode json = response.json();
    if (json == null) {
      throw error(response, "the response is not a JSON object, or larger than 64 KiB");
    }
    JsonNode credential = json.path("credential");
    try {
      Credentials key =
          AccessKey.of(
              required(credential, "access"),
              required(credential, "secret"),
              required(credential, "securitytoken"));
      String expiresAt = credential.path("expires_at").textValue();
      return new ExpiringCredentials(key, response.lifeUntil(expiresAt, now));
    } catch (IllegalArgumentException unusable) {
      throw error(response, "the returned key cannot be used, " + unusable.getMessage());
    }
  }

  private static Part required(JsonNode credential, String field) {
    String value = credential.path(field).textValue();
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return new Part(field, value);
  }

  /** Contains only the status of the response: its body may be the key. */
  private JobsException error(SourceResponse response, String problem) {
    String text = name + ": " + problem + " (HTTP " + response.status() + ")";
    return response.error(text, ErrorEnvelope.NONE, null);
  }
}
