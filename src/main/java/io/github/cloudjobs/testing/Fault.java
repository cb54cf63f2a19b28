package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.testing.SimulatedResponse.Delivery;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An error that {@link SimulatedJobs} returns instead of a job, or a response that it delivers
 * badly. A fault that replaces the response is returned without checking credentials. Immutable.
 *
 * @see SimulatedJobs#inject(int, Fault)
 */
public final class Fault {
  private static final String BAD_GATEWAY_PAGE =
      """
      <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
      <html><head><title>Error</title></head><body><H2>Error</H2>
      <p>The backend server is unreachable.<br/></p></body></html>
      """;

  private final String name;
  private final boolean removesJob;
  private final UnaryOperator<SimulatedResponse> change;

  private Fault(String name, UnaryOperator<SimulatedResponse> change) {
    this(name, false, change);
  }

  private Fault(String name, boolean removesJob, UnaryOperator<SimulatedResponse> change) {
    this.name = name;
    this.removesJob = removesJob;
    this.change = change;
  }

  /** Status 429 with {@code APIGW.0308}, without {@code Retry-After}. */
  public static Fault throttled() {
    return throttled(null);
  }

  /**
   * Status 429 with {@code APIGW.0308} and {@code Retry-After}.
   *
   * @param retryAfter zero or more, rounded up to whole seconds; null for no {@code Retry-After}
   */
  public static Fault throttled(@Nullable Duration retryAfter) {
    String seconds = seconds(retryAfter);
    String message = "The throttling threshold has been reached: policy user over ratelimit";
    return new Fault(
        "throttled",
        normal ->
            SimulatedResponse.gatewayError(429, "APIGW.0308", message)
                .withHeader("Retry-After", seconds));
  }

  /** Status 503 without {@code Retry-After}. */
  public static Fault unavailable() {
    return unavailable(null);
  }

  /**
   * Status 503 with {@code Retry-After}.
   *
   * @param retryAfter rounded up to whole seconds; null for no {@code Retry-After}. OkHttp itself
   *     repeats a request at once if it is 0
   */
  public static Fault unavailable(@Nullable Duration retryAfter) {
    String seconds = seconds(retryAfter);
    String body =
        """
        {"serviceUnavailable":{"code":503,"message":"The server is currently unavailable"}}\
        """;
    return new Fault(
        "unavailable",
        normal -> SimulatedResponse.json(503, body).withHeader("Retry-After", seconds));
  }

  /** Status 502 with an HTML page. */
  public static Fault badGateway() {
    return new Fault(
        "badGateway", normal -> SimulatedResponse.of(502, "text/html", BAD_GATEWAY_PAGE));
  }

  /** The normal response, but the connection is closed after half of its body. */
  public static Fault truncated() {
    return new Fault("truncated", normal -> normal.withDelivery(Delivery.TRUNCATED));
  }

  /** The normal response after a delay of zero or more, in real time whatever the time scale. */
  public static Fault slow(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    return new Fault("slow", normal -> normal.withDelay(delay));
  }

  /**
   * No response: the connection is closed. On a pooled connection OkHttp may repeat the request at
   * once on a new one, which counts as another poll.
   */
  public static Fault dropped() {
    return new Fault("dropped", normal -> normal.withDelivery(Delivery.DROPPED));
  }

  /**
   * Removes the job: this poll and all later ones get status 404 with an error of the service. A
   * wait ends with {@code Vanished} once it has received them for 30 s.
   */
  public static Fault vanished() {
    return new Fault("vanished", true, UnaryOperator.identity());
  }

  /** Status 404 with an error of the service; the job still exists. */
  public static Fault notFound() {
    String message = "The job does not exist";
    return new Fault(
        "notFound", normal -> SimulatedResponse.serviceError(404, "SIM.0404", message));
  }

  /** Status 401 with {@code APIGW.0301}. */
  public static Fault unauthorized() {
    return new Fault("unauthorized", normal -> SimulatedResponse.unauthenticated("Unauthorized"));
  }

  /** Status 403 with {@code APIGW.0302}. */
  public static Fault forbidden() {
    String message = "The IAM user is not allowed to access the API";
    return new Fault(
        "forbidden", normal -> SimulatedResponse.gatewayError(403, "APIGW.0302", message));
  }

  /** Status 200 with an empty body. */
  public static Fault emptyBody() {
    return new Fault("emptyBody", normal -> SimulatedResponse.json(200, ""));
  }

  /** Status 200 with {@code {"error":{"code":…,"message":…}}} instead of a job. */
  public static Fault errorEnvelopeIn200() {
    String message = "The job could not be read";
    return new Fault(
        "errorEnvelopeIn200", normal -> SimulatedResponse.serviceError(200, "SIM.0500", message));
  }

  /**
   * Any other response.
   *
   * @param status from 200 to 599; with 204 and 304 no body is sent
   * @param contentType such as {@code text/html}; without control characters
   * @param body sent as UTF-8
   */
  public static Fault raw(int status, String contentType, String body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be from 200 to 599: " + status);
    }
    if (contentType.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("contentType must not contain control characters");
    }
    requireNonNull(body, "body");
    return new Fault("raw " + status, normal -> SimulatedResponse.of(status, contentType, body));
  }

  boolean removesJob() {
    return removesJob;
  }

  /** Returns the response in place of the normal one. */
  SimulatedResponse change(SimulatedResponse normal) {
    return change.apply(normal);
  }

  private static @Nullable String seconds(@Nullable Duration duration) {
    if (duration == null) {
      return null;
    }
    if (duration.isNegative()) {
      throw new IllegalArgumentException("retryAfter must not be negative: " + duration);
    }
    return Long.toString(duration.plusNanos(999_999_999).toSeconds());
  }

  /** The name of the method that created it. */
  @Override
  public String toString() {
    return name;
  }
}
