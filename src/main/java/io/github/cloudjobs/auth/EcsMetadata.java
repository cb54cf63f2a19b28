package io.github.cloudjobs.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.auth.SourceHttp.SourceResponse;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.HeaderText;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the temporary key of a server's agency from its metadata service, with a session token
 * where the service has those. Sends nothing but that token.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/elastic-cloud-server/umn/instances/obtaining_metadata/">Obtaining
 *     metadata</a>
 */
class EcsMetadata extends CachedCredentials {
  static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** A key lives an hour, and the service has a new one ten minutes before its end. */
  static final Duration MARGIN = Duration.ofMinutes(10);

  static final String ADDRESS_PROPERTY = "cloudjobs.metadata.address";
  static final String ADDRESS_VARIABLE = "CLOUDJOBS_METADATA_ADDRESS";

  private static final String ADDRESS = "http://169.254.169.254"; // in every cloud

  /** The metadata service, or a loopback address with any port. */
  private static final Pattern ALLOWED =
      Pattern.compile(
          "(http://169\\.254\\.169\\.254)(?::80)?/?"
              + "|(http://(?:localhost|\\[::1]|127(?:\\.(?:25[0-5]|(?:2[0-4]|1?\\d)?\\d)){3})"
              + "(?::\\d{1,5})?)/?");

  private static final String ADDRESS_RULE =
      "the metadata address must be http://169.254.169.254, or http on this machine such as"
          + " http://127.0.0.1:8080";
  private static final String TOKEN_PATH = "/meta-data/latest/api/token";
  private static final String KEY_PATH = "/openstack/latest/securitykey";
  private static final String NO_AGENCY = "Please configure Cloud Service Agency first";

  private final String address;
  private final SourceHttp http;

  EcsMetadata(String address, Duration timeout, SystemEnvironment environment) {
    super("ECS metadata at " + address, MARGIN, environment);
    this.address = address;
    this.http = SourceHttp.linkLocal(name, timeout);
  }

  /**
   * Returns a provider for an address. Anyone who could choose it freely could give this machine
   * keys of their own.
   *
   * @throws IllegalArgumentException if it is not allowed; the message does not contain it
   */
  static CredentialsProvider provider(String address, SystemEnvironment environment) {
    Matcher allowed = ALLOWED.matcher(address.toLowerCase(Locale.ROOT));
    if (!allowed.matches()) {
      throw new IllegalArgumentException(ADDRESS_RULE);
    }
    String checked = allowed.group(1) == null ? allowed.group(2) : allowed.group(1);
    return new EcsMetadata(checked, TIMEOUT, environment);
  }

  /** The provider at the configured address; one that is not allowed is refused when it is used. */
  static CredentialsProvider provider(SystemEnvironment environment) {
    String property = environment.property(ADDRESS_PROPERTY);
    String variable = environment.variable(ADDRESS_VARIABLE);
    String configured = property == null ? variable : property;
    try {
      return provider(configured == null ? ADDRESS : configured, environment);
    } catch (IllegalArgumentException notAllowed) {
      String origin = property == null ? ADDRESS_VARIABLE : ADDRESS_PROPERTY;
      return () -> {
        throw new JobsException("ECS metadata: " + origin + ": " + ADDRESS_RULE);
      };
    }
  }

  @Override
  Credentials fetch(Instant now) {
    String token = token(now);
    Request.Builder request = new Request.Builder().url(address + KEY_PATH);
    if (token != null) {
      request.header("X-Metadata-Token", token);
    }
    SourceResponse response = http.send(request, now);
    if (response.status == 401 && response.body.contains(NO_AGENCY)) {
      throw error(response, "the server has no agency: assign one that may read jobs");
    }
    if (response.status != 200) {
      boolean withoutToken = response.status == 401 && token == null;
      throw error(
          response, withoutToken ? "it requires a token and returns none" : "it returns no key");
    }
    return read(response);
  }

  /** Returns a session token, which is used once; null if the service has none. */
  private @Nullable String token(Instant now) {
    Request.Builder request = new Request.Builder().url(address + TOKEN_PATH);
    request.put(RequestBody.create(new byte[0]));
    request.header("X-Metadata-Token-Ttl-Seconds", "21600"); // the longest possible
    SourceResponse response = http.send(request, now);
    return switch (response.status) {
      case 200 -> {
        try {
          yield HeaderText.requireKey("the token", response.body.strip());
        } catch (IllegalArgumentException unusable) {
          throw error(response, "the response is not a token");
        }
      }
      case 404, 405, 503 -> null;
      default -> throw error(response, "it returns no token");
    };
  }

  private Credentials read(SourceResponse response) {
    JsonNode credential = response.json().path("credential");
    try {
      Part token = part(credential, "securitytoken");
      AccessKey key = new AccessKey(part(credential, "access"), part(credential, "secret"), token);
      return stored(key, response.lifeUntil(credential.path("expires_at")));
    } catch (IllegalArgumentException unusable) {
      throw error(response, "the returned key cannot be used, " + unusable.getMessage());
    }
  }

  private static Part part(JsonNode credential, String field) {
    return new Part(field, credential.path(field).textValue());
  }

  /** Contains only the status of the response: its body may be the key. */
  private JobsException error(SourceResponse response, String problem) {
    String text = name + ": " + problem + " (HTTP " + response.status + ")";
    return response.error(text, ErrorEnvelope.NONE, null);
  }
}
