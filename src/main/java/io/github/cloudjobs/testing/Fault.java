package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.testing.SimulatedResponse.Delivery;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
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
  private final BiFunction<String, Supplier<SimulatedResponse>, SimulatedResponse> response;

  private Fault(
      String name,
      boolean removesJob,
      BiFunction<String, Supplier<SimulatedResponse>, SimulatedResponse> response) {
    this.name = name;
    this.removesJob = removesJob;
    this.response = response;
  }

  /** Status 429 with {@code APIGW.0308}, without {@code Retry-After}. */
  public static Fault throttled() {
    return throttled(null);
  }

  /**
   * Status 429 with {@code APIGW.0308}.
   *
   * @param retryAfter rounded up to whole seconds; null for no {@code Retry-After}
   */
  public static Fault throttled(@Nullable Duration retryAfter) {
    String seconds = seconds(retryAfter);
    return replacing("throttled", id -> retryAfter(SimulatedResponse.throttled(id), seconds));
  }

  /** Status 503 without {@code Retry-After}. */
  public static Fault unavailable() {
    return unavailable(null);
  }

  /**
   * Status 503.
   *
   * @param retryAfter rounded up to whole seconds; null for no {@code Retry-After}. OkHttp itself
   *     repeats a request at once if it is 0.
   */
  public static Fault unavailable(@Nullable Duration retryAfter) {
    String body =
        """
        {"serviceUnavailable":{"code":503,"message":"The server is currently unavailable"}}\
        """;
    SimulatedResponse response = retryAfter(SimulatedResponse.json(503, body), seconds(retryAfter));
    return replacing("unavailable", id -> response);
  }

  /** Status 502 with an HTML page. */
  public static Fault badGateway() {
    SimulatedResponse response = SimulatedResponse.of(502, "text/html", BAD_GATEWAY_PAGE);
    return replacing("badGateway", id -> response);
  }

  /** The normal response, but the connection is closed after half of its body. */
  public static Fault truncated() {
    return changing("truncated", normal -> normal.withDelivery(Delivery.TRUNCATED));
  }

  /**
   * The normal response after a delay.
   *
   * @param delay in real time, whatever the time scale; zero or more
   */
  public static Fault slow(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    return changing("slow", normal -> normal.withDelay(delay));
  }

  /**
   * No response: the connection is closed. On a pooled connection OkHttp may repeat the request at
   * once on a new one, which counts as another poll.
   */
  public static Fault dropped() {
    return changing("dropped", normal -> normal.withDelivery(Delivery.DROPPED));
  }

  /**
   * Removes the job: this poll and all later ones get status 404 with an error of the service. A
   * wait ends with {@code Vanished} once it has received them for 30 s.
   */
  public static Fault vanished() {
    return new Fault("vanished", true, (id, normal) -> normal.get());
  }

  /** Status 404 with an error of the service; the job still exists. */
  public static Fault notFound() {
    SimulatedResponse response =
        SimulatedResponse.serviceError(404, "SIM.0404", "The job does not exist");
    return replacing("notFound", id -> response);
  }

  /** Status 401 with {@code APIGW.0301}. */
  public static Fault unauthorized() {
    return replacing("unauthorized", id -> SimulatedResponse.unauthenticated("Unauthorized", id));
  }

  /** Status 403 with {@code APIGW.0302}. */
  public static Fault forbidden() {
    String message = "The IAM user is not allowed to access the API";
    return replacing(
        "forbidden", id -> SimulatedResponse.gatewayError(403, "APIGW.0302", message, id));
  }

  /** Status 200 with an empty body. */
  public static Fault emptyBody() {
    SimulatedResponse response = SimulatedResponse.json(200, "");
    return replacing("emptyBody", id -> response);
  }

  /** Status 200 with {@code {"error":{"code":…,"message":…}}} instead of a job. */
  public static Fault errorEnvelopeIn200() {
    SimulatedResponse response =
        SimulatedResponse.serviceError(200, "SIM.0500", "The job could not be read");
    return replacing("errorEnvelopeIn200", id -> response);
  }

  /**
   * Any other response.
   *
   * @param status from 200 to 599
   * @param contentType such as {@code application/json}
   * @param body sent as UTF-8; not sent with status 204 and 304
   */
  public static Fault raw(int status, String contentType, String body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be from 200 to 599: " + status);
    }
    if (contentType.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("contentType must not contain control characters");
    }
    SimulatedResponse response =
        SimulatedResponse.of(status, contentType, requireNonNull(body, "body"));
    return replacing("raw " + status, id -> response);
  }

  boolean removesJob() {
    return removesJob;
  }

  SimulatedResponse respond(String requestId, Supplier<SimulatedResponse> normal) {
    return response.apply(requestId, normal);
  }

  private static Fault replacing(String name, Function<String, SimulatedResponse> response) {
    return new Fault(name, false, (requestId, normal) -> response.apply(requestId));
  }

  private static Fault changing(
      String name, Function<SimulatedResponse, SimulatedResponse> change) {
    return new Fault(name, false, (requestId, normal) -> change.apply(normal.get()));
  }

  private static SimulatedResponse retryAfter(
      SimulatedResponse response, @Nullable String seconds) {
    return seconds == null ? response : response.withHeader("Retry-After", seconds);
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
