package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitStep.PollAt;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A wait without clock or thread: responses at given seconds, and the decisions about them. */
final class WaitScenario {
  static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  static final JobRef REF = new JobRef("p-1", "j-1");

  static final Origin ORIGIN = new Origin("https://ecs.example/", "ECS", "/v1/{job_id}");

  final WaitPlan plan;

  /** The errors that were reported. */
  final List<JobsException> errors = new ArrayList<>();

  private Decision decision;
  private long at; // of the latest report

  WaitScenario(WaitOptions.Builder options) {
    this(options, REF);
  }

  WaitScenario(WaitOptions.Builder options, JobRef ref) {
    plan = WaitPlan.of(ref, options.build(), ORIGIN, START, 0);
    decision = WaitStep.first(plan);
  }

  /** A job that was submitted {@code ago} seconds before the wait began. */
  static JobRef submitted(double ago) {
    return new JobRef("p-1", "j-1", START.minus(duration(ago)));
  }

  /** Options that poll every 10 s. */
  static WaitOptions.Builder every10s() {
    return WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(10)));
  }

  /**
   * Plays a wait that polls every 10 s.
   *
   * @param options such as {@code timeout=25 confirm=2}, in seconds; may be null
   * @param events such as {@code 0 RUNNING, 10 lost, 20 404}: when a poll returned what
   */
  static WaitScenario play(String options, String events) {
    WaitOptions.Builder builder = every10s();
    for (String option : options == null ? new String[0] : options.split(" ")) {
      String[] parts = option.split("=");
      switch (parts[0]) {
        case "timeout" -> builder.timeout(duration(Double.parseDouble(parts[1])));
        case "budget" -> builder.errorBudget(duration(Double.parseDouble(parts[1])));
        case "schedule" ->
            builder.schedule(PollSchedule.fixed(duration(Double.parseDouble(parts[1]))));
        case "confirm" -> builder.confirmSuccess(Integer.parseInt(parts[1]));
        case "stopOnPendingPayment" -> builder.stopOnPendingPayment();
        default -> throw new AssertionError(option);
      }
    }
    WaitScenario wait = new WaitScenario(builder);
    for (String event : events.split(", ")) {
      String[] parts = event.split(" ", 2);
      double second = Double.parseDouble(parts[0]);
      JobsException error = error(parts[1]);
      if (error == null) {
        wait.job(second, parts[1].equals("empty") ? "" : parts[1]);
      } else {
        wait.error(second, error);
      }
    }
    return wait;
  }

  /** The error of a name or an HTTP status; null for the status of a job. */
  private static JobsException error(String name) {
    return switch (name) {
      case "lost" -> PollResults.lost();
      case "malformed" -> PollResults.malformed();
      case "throttled" -> PollResults.throttled();
      case "missing" -> PollResults.notFound();
      case "unauthorized" -> PollResults.unauthorized();
      case "crash" -> new JobsException("the credentials provider failed");
      case "unknownHost" -> PollResults.lost(new UnknownHostException("ecs.example"));
      case "wrongName" -> PollResults.lost(new SSLPeerUnverifiedException("not verified"));
      case "untrusted" ->
          PollResults.lost(
              new SSLHandshakeException("PKIX path building failed")
                  .initCause(new CertificateException("no valid certification path")));
      case "handshake" -> PollResults.lost(new SSLHandshakeException("connection reset"));
      default -> {
        String[] parts = name.split(" ");
        yield Character.isDigit(name.charAt(0))
            ? PollResults.http(Integer.parseInt(parts[0]), parts.length > 1 ? parts[1] : null)
            : null;
      }
    };
  }

  WaitScenario job(double second, String status) {
    return job(second, PollResults.job(status));
  }

  WaitScenario job(double second, Job job) {
    return report(second, START.plus(duration(second)), job, null, null);
  }

  WaitScenario error(double second, JobsException error) {
    errors.add(error);
    return report(second, START.plus(duration(second)), null, error, null);
  }

  WaitScenario report(
      double second, Instant now, Job job, JobsException error, Duration retryAfter) {
    assertThat(decision).as("decision before %s s", second).isInstanceOf(PollAt.class);
    at = duration(second).toNanos();
    decision =
        WaitStep.next(plan, decision.state(), new PollResult(job, error, now, retryAfter), at);
    return this;
  }

  WaitState state() {
    return decision.state();
  }

  /** Whether the next poll is the last. */
  boolean nextIsLast() {
    return next() == plan.deadline() / 1e9;
  }

  /** The token of the wait as it stands; once it has ended, of its end. */
  WaitToken token() {
    return decision instanceof PollAt poll
        ? plan.token(poll.state(), at, poll.at())
        : end().token();
  }

  /** The age, in seconds, that the job will have this many seconds after the wait began. */
  double ageAt(double second) {
    return state().age(duration(second).toNanos()) / 1e9;
  }

  /** When the next poll is made, in seconds since the wait began. */
  double next() {
    assertThat(decision).isInstanceOf(PollAt.class);
    return ((PollAt) decision).at() / 1e9;
  }

  /** Whether it goes on. */
  boolean goesOn() {
    return decision instanceof PollAt;
  }

  WaitTermination end() {
    assertThat(decision).isInstanceOf(WaitTermination.class);
    return (WaitTermination) decision;
  }

  WaitOutcome outcome() {
    return end().outcomeOrThrow();
  }

  static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
