package io.github.cloudjobs.testing;

import static io.github.cloudjobs.testing.SimulatedJob.notNegative;
import static io.github.cloudjobs.testing.SimulatedResponse.gatewayError;
import static io.github.cloudjobs.testing.SimulatedResponse.json;
import static io.github.cloudjobs.testing.SimulatedResponse.serviceError;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An error that {@link SimulatedJobs} returns instead of a job, without checking credentials, or a
 * response that it delivers badly. Immutable.
 */
public final class Fault {
  /** The service removes the job before it responds. */
  static final Fault VANISHED = new Fault("vanished", null, false, Duration.ZERO);

  private final String name;
  private final @Nullable SimulatedResponse response; // instead of the normal one
  private final boolean truncated;
  private final Duration delay;

  private Fault(
      String name, @Nullable SimulatedResponse response, boolean truncated, Duration delay) {
    this.name = name;
    this.response = response;
    this.truncated = truncated;
    this.delay = delay;
  }

  private static Fault of(String name, SimulatedResponse response) {
    return new Fault(name, response, false, Duration.ZERO);
  }

  SimulatedResponse applyTo(SimulatedResponse normal) {
    if (response != null) {
      return response.again();
    }
    normal.truncated = truncated;
    normal.delay = delay;
    return normal;
  }

  /** Status 429 with {@code APIGW.0308}, without {@code Retry-After}. */
  public static Fault throttled() {
    return throttled(null);
  }

  /**
   * Status 429 with {@code APIGW.0308} and {@code Retry-After}.
   *
   * @param retryAfter zero or more, rounded up to whole seconds; null for no such header
   */
  public static Fault throttled(@Nullable Duration retryAfter) {
    String message = "The throttling threshold has been reached: policy user over ratelimit";
    return of("throttled", gatewayError(429, "APIGW.0308", message).retryAfter(retryAfter));
  }

  /** Status 503 without {@code Retry-After}. */
  public static Fault unavailable() {
    return unavailable(null);
  }

  /**
   * Status 503 with {@code Retry-After}. OkHttp itself repeats a request at once if that is 0.
   *
   * @param retryAfter zero or more, rounded up to whole seconds; null for no such header
   */
  public static Fault unavailable(@Nullable Duration retryAfter) {
    String body = "{\"serviceUnavailable\":{\"code\":503,\"message\":\"Currently unavailable\"}}";
    return of("unavailable", json(503, body).retryAfter(retryAfter));
  }

  /** Status 502 with an HTML page. */
  public static Fault badGateway() {
    String page = "<html><body><h2>Error</h2>The backend server is unreachable.</body></html>";
    return of("badGateway", SimulatedResponse.of(502, "text/html", page));
  }

  /** The normal response, but the connection is closed after half of its body. */
  public static Fault truncated() {
    return new Fault("truncated", null, true, Duration.ZERO);
  }

  /** The normal response after a delay of zero or more, in real time whatever the time scale. */
  public static Fault slow(Duration delay) {
    return new Fault("slow", null, false, notNegative("delay", delay));
  }

  /**
   * No response: the connection is closed. On a pooled connection OkHttp may repeat the request at
   * once on a new one, which counts as another poll.
   */
  public static Fault dropped() {
    return of("dropped", json(0, ""));
  }

  /**
   * Removes the job: this poll and all later ones get status 404 with an error of the service. A
   * wait ends with {@code Vanished} once it has received them for 30 s.
   */
  public static Fault vanished() {
    return VANISHED;
  }

  /** Status 404 with an error of the service; the job still exists. */
  public static Fault notFound() {
    return of("notFound", SimulatedResponse.noSuchJob());
  }

  /** Status 401 with {@code APIGW.0301}. */
  public static Fault unauthorized() {
    return of("unauthorized", SimulatedResponse.unauthenticated("Unauthorized"));
  }

  /** Status 403 with {@code APIGW.0302}. */
  public static Fault forbidden() {
    String message = "The IAM user is not allowed to access the API";
    return of("forbidden", SimulatedResponse.gatewayError(403, "APIGW.0302", message));
  }

  /** Status 200 with an empty body. */
  public static Fault emptyBody() {
    return of("emptyBody", json(200, ""));
  }

  /** Status 200 with {@code {"error":{"code":…,"message":…}}} instead of a job. */
  public static Fault errorEnvelopeIn200() {
    String message = "The job could not be read";
    return of("errorEnvelopeIn200", serviceError(200, "SIM.0500", message));
  }

  /** Any other response, in UTF-8; with 204 and 304 no body is sent. */
  public static Fault raw(int status, String contentType, String body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be from 200 to 599: " + status);
    }
    requireNonNull(body, "body");
    return of("raw " + status, SimulatedResponse.of(status, contentType, body));
  }

  /** The name of the method that created it. */
  @Override
  public String toString() {
    return name;
  }
}
