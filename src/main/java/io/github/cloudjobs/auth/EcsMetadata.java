package io.github.cloudjobs.auth;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.HeaderText;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server's metadata service for the temporary key of the agency that the server was given.
 * First for a token that protects against forged requests, where the service has such a thing; then
 * for the key. Nothing is sent but that token.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/elastic-cloud-server/umn/instances/obtaining_metadata/">Obtaining
 *     metadata</a>
 */
final class EcsMetadata implements Issuer {
  static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** The documented key lives an hour, and a new one is there ten minutes before its end. */
  static final Duration MARGIN = Duration.ofMinutes(10);

  private static final String TOKEN_PATH = "/meta-data/latest/api/token";
  private static final String KEY_PATH = "/openstack/latest/securitykey";
  private static final String NO_AGENCY = "Please configure Cloud Service Agency first";

  private static final Duration TOKEN_LIFE = Duration.ofHours(6); // the longest there is
  private static final Duration TOKEN_MARGIN = Duration.ofMinutes(1);
  private static final Duration NO_TOKENS = Duration.ofHours(24);
  private static final int MOST_BYTES = 64 * 1024;

  /**
   * How the service is talked to.
   *
   * @param token null if it gives none
   * @param until when that is to be asked again
   */
  private record Session(@Nullable String token, Instant until) {
    /** Never the token. */
    @Override
    public String toString() {
      return "Session[" + until + "]";
    }
  }

  private final String base;
  private final String name;
  private final SourceHttp http;
  private volatile @Nullable Session session; // written by one fetch at a time

  EcsMetadata(MetadataAddress address, Duration timeout) {
    this.base = address.url();
    this.name = "ECS metadata at " + base;
    this.http = SourceHttp.link(timeout, MOST_BYTES);
  }

  static CredentialsProvider provider(MetadataAddress address, Surroundings surroundings) {
    EcsMetadata metadata = new EcsMetadata(address, TIMEOUT);
    return new Refresher(metadata.name, metadata, MARGIN, surroundings);
  }

  /** Like the other, where the surroundings say; a wrong address is told when it is used. */
  static CredentialsProvider provider(Surroundings surroundings) {
    try {
      return provider(MetadataAddress.of(surroundings), surroundings);
    } catch (IllegalArgumentException notAllowed) {
      String problem = "ECS metadata: " + notAllowed.getMessage();
      return () -> {
        throw new JobsException(problem);
      };
    }
  }

  @Override
  public Issued issue(Instant now) {
    Session current = session;
    if (current == null || !now.isBefore(current.until())) {
      current = open(now, false);
    }
    Reply reply = key(current, now);
    if (reply.status() == 401 && !lacksAgency(reply)) { // the token is missing, or old
      reply = key(open(now, true), now);
    }
    return issued(reply, now);
  }

  /** Asks for a token. */
  private Session open(Instant now, boolean needed) {
    session = null;
    String life = Long.toString(TOKEN_LIFE.toSeconds());
    Reply reply =
        http.send(
            name,
            "PUT",
            base + TOKEN_PATH,
            Map.of("X-Metadata-Token-Ttl-Seconds", life),
            null,
            now);
    Session opened =
        switch (reply.status()) {
          case 200 -> new Session(token(reply), now.plus(TOKEN_LIFE).minus(TOKEN_MARGIN));
          case 404, 405, 503 -> {
            if (needed) {
              throw refusal(reply, "it wants a token and gives none");
            }
            yield new Session(null, now.plus(NO_TOKENS));
          }
          default -> throw refusal(reply, "it gives no token");
        };
    session = opened;
    return opened;
  }

  private String token(Reply reply) {
    try {
      return HeaderText.requireKey("the token", reply.cut() ? null : reply.body().strip());
    } catch (IllegalArgumentException unusable) {
      throw refusal(reply, "what it gives is no token");
    }
  }

  private Reply key(Session opened, Instant now) {
    String token = opened.token();
    Map<String, String> headers = token == null ? Map.of() : Map.of("X-Metadata-Token", token);
    return http.send(name, "GET", base + KEY_PATH, headers, null, now);
  }

  private static boolean lacksAgency(Reply reply) {
    return reply.body().contains(NO_AGENCY);
  }

  private Issued issued(Reply reply, Instant now) {
    if (reply.status() != 200) {
      throw refusal(
          reply,
          reply.status() == 401 && lacksAgency(reply)
              ? "the server has no agency: give it one, with leave to read jobs"
              : "it gives no key");
    }
    Map<String, String> texts = reply.cut() ? null : JsonTexts.read(reply.body());
    if (texts == null) {
      throw refusal(reply, "what it gives is no JSON object, or larger than 64 KiB");
    }
    return new Issued(
        credentials(reply, texts), reply.lifeUntil(texts.get("credential.expires_at"), now));
  }

  private Credentials credentials(Reply reply, Map<String, String> texts) {
    try {
      return Given.accessKey(
          given(texts, "access"), given(texts, "secret"), given(texts, "securitytoken"));
    } catch (IllegalArgumentException unusable) {
      throw refusal(reply, "the key it gives cannot be used, " + unusable.getMessage());
    }
  }

  private static Given given(Map<String, String> texts, String key) {
    String value = texts.get("credential." + key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return new Given(key, value);
  }

  /** Says nothing of what was answered but its status: it may be the key. */
  private JobsException refusal(Reply reply, String what) {
    int status = reply.status();
    String text = name + ": " + what + " (HTTP " + status + ")";
    return status == 429 || status == 503
        ? new ThrottledException(text, status, null, null, null, reply.retryAfter())
        : new JobsServiceException(text, status, null, null, null);
  }
}
