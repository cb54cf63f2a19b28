package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.testing.Answer.Delivery;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with a poll; {@link SimulatedJobs#inject} says with which. Immutable.
 *
 * <p>A fault that answers by itself does so whoever asks: credentials are not looked at.
 */
public final class Fault {
  private static final String BAD_GATEWAY_PAGE =
      """
      <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
      <html><head><title>Error</title></head><body><H2>Error</H2>
      <p>The backend server is unreachable.<br/></p></body></html>
      """;

  private final String name;
  private final boolean vanishing;
  private final BiFunction<String, Supplier<Answer>, Answer> distortion;

  private Fault(
      String name, boolean vanishing, BiFunction<String, Supplier<Answer>, Answer> distortion) {
    this.name = name;
    this.vanishing = vanishing;
    this.distortion = distortion;
  }

  /** 429 {@code APIGW.0308} without a {@code Retry-After}. */
  public static Fault throttled() {
    return throttled(null);
  }

  /**
   * 429 {@code APIGW.0308}.
   *
   * @param retryAfter sent in whole seconds, rounded up; zero is sent as 0, null not at all
   */
  public static Fault throttled(@Nullable Duration retryAfter) {
    String seconds = seconds(retryAfter);
    return answering("throttled", id -> retryAfter(Refusals.throttled(id), seconds));
  }

  /** 503 without a {@code Retry-After}. */
  public static Fault unavailable() {
    return unavailable(null);
  }

  /**
   * 503.
   *
   * @param retryAfter as for {@link #throttled(Duration)}; OkHttp, left alone, resends at once what
   *     is answered with 0
   */
  public static Fault unavailable(@Nullable Duration retryAfter) {
    String body =
        """
        {"serviceUnavailable":{"code":503,"message":"The server is currently unavailable"}}\
        """;
    Answer answer = retryAfter(Answer.json(503, body), seconds(retryAfter));
    return answering("unavailable", id -> answer);
  }

  /** 502 with an HTML page, as the cloud's edge sends it. */
  public static Fault badGateway() {
    Answer answer = Answer.of(502, "text/html", BAD_GATEWAY_PAGE);
    return answering("badGateway", id -> answer);
  }

  /** The right answer, but half of its body is missing and the connection is closed. */
  public static Fault truncated() {
    return new Fault(
        "truncated", false, (id, normal) -> normal.get().delivered(Delivery.TRUNCATED));
  }

  /**
   * The right answer, late.
   *
   * @param delay in real time, whatever the time scale; zero or more
   */
  public static Fault slow(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    return new Fault("slow", false, (id, normal) -> normal.get().after(delay));
  }

  /**
   * No answer: the connection is closed. A client that used a pooled connection may well ask again
   * at once on a new one, by itself; that is a poll too.
   */
  public static Fault dropped() {
    return new Fault("dropped", false, (id, normal) -> normal.get().delivered(Delivery.DROPPED));
  }

  /**
   * The job is gone from now on, for this poll and all later ones: 404 in the service's envelope.
   */
  public static Fault vanished() {
    return new Fault("vanished", true, (id, normal) -> normal.get());
  }

  /**
   * 404 in the service's envelope, although the job exists: given right after the submission, a job
   * that is not found at first.
   */
  public static Fault notFound() {
    Answer answer = Refusals.service(404, "SIM.0404", "The job does not exist");
    return answering("notFound", id -> answer);
  }

  /** 401 {@code APIGW.0301}, although the credentials are right. */
  public static Fault unauthorized() {
    return answering("unauthorized", id -> Refusals.unauthenticated("Unauthorized", id));
  }

  /** 403 {@code APIGW.0302}. */
  public static Fault forbidden() {
    String message = "The IAM user is not allowed to access the API";
    return answering("forbidden", id -> Refusals.gateway(403, "APIGW.0302", message, id));
  }

  /** 200 with nothing in it. */
  public static Fault emptyBody() {
    return answering("emptyBody", id -> Answer.json(200, ""));
  }

  /** 200, and in it {@code {"error":{"code":…,"message":…}}} in place of a job. */
  public static Fault errorEnvelopeIn200() {
    Answer answer = Refusals.service(200, "SIM.0500", "The job could not be read");
    return answering("errorEnvelopeIn200", id -> answer);
  }

  /**
   * Anything else.
   *
   * @param status from 200 to 599
   * @param contentType such as {@code application/json}
   * @param body sent in UTF-8; not sent with 204 and 304, which have none
   */
  public static Fault raw(int status, String contentType, String body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be from 200 to 599: " + status);
    }
    if (contentType.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("contentType must not hold control characters");
    }
    Answer answer = Answer.of(status, contentType, requireNonNull(body, "body"));
    return answering("raw " + status, id -> answer);
  }

  /** True if the job has to be taken away before the answer is made. */
  boolean isVanishing() {
    return vanishing;
  }

  Answer distort(String requestId, Supplier<Answer> normal) {
    return distortion.apply(requestId, normal);
  }

  private static Fault answering(String name, Function<String, Answer> answer) {
    return new Fault(name, false, (id, normal) -> answer.apply(id));
  }

  private static Answer retryAfter(Answer answer, @Nullable String seconds) {
    return seconds == null ? answer : answer.with("Retry-After", seconds);
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

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
