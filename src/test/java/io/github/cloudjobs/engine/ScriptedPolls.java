package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.PollResults;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Polls that go as a script says; the last reply of the script is repeated. Records when polls
 * began and were cancelled, in virtual time. Thread-safe.
 */
final class ScriptedPolls implements PollSource {
  private final ManualTimer timer;
  private final Deque<Reply> script = new ArrayDeque<>();
  private final List<Duration> begun = new ArrayList<>();
  private final List<Duration> cancelled = new ArrayList<>();
  private final Queue<AtomicBoolean> polls = new ConcurrentLinkedQueue<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private Object quota = this;

  ScriptedPolls(ManualTimer timer, Reply... replies) {
    this.timer = timer;
    script.addAll(List.of(replies));
  }

  /** Counts them against this quota. */
  ScriptedPolls sharing(Object shared) {
    quota = shared;
    return this;
  }

  @Override
  public Object quota(JobRef job) {
    return quota;
  }

  /** How a poll ends, after some time; if that is null, when the test releases it. */
  record Reply(PollResult result, Throwable thrown, Duration delay) {
    private static Reply of(Job job, JobsException error, Throwable thrown) {
      PollResult result = thrown == null ? new PollResult(job, error, null, null) : null;
      return new Reply(result, thrown, Duration.ZERO);
    }

    static Reply job(String status) {
      return job(PollResults.job(status));
    }

    static Reply job(Job job) {
      return of(job, null, null);
    }

    static Reply error(JobsException error) {
      return of(null, error, null);
    }

    /** The source itself throws. */
    static Reply thrown(Throwable thrown) {
      return of(null, null, thrown);
    }

    /** No response, unless the test releases this one. */
    static Reply never() {
      return job("SUCCESS").held();
    }

    Reply held() {
      return after(null);
    }

    boolean isHeld() {
      return delay == null;
    }

    /** Responds after this virtual time. */
    Reply after(Duration time) {
      return new Reply(result, thrown, time);
    }

    Reply retryAfter(Duration requested) {
      PollResult throttled = new PollResult(result.job(), result.error(), result.date(), requested);
      return new Reply(throttled, thrown, delay);
    }
  }

  @Override
  public Runnable poll(JobRef job, int generation, Consumer<PollResult> sink) {
    Reply reply;
    synchronized (this) {
      begun.add(timer.now());
      reply = script.size() > 1 ? script.remove() : script.element();
    }
    if (reply.thrown != null) {
      throw ScriptedPolls.<RuntimeException>sneaky(reply.thrown);
    }
    AtomicBoolean over = new AtomicBoolean();
    polls.add(over);
    Runnable response =
        () -> {
          over.set(true);
          sink.accept(reply.result);
        };
    Runnable pending = () -> {};
    if (reply.isHeld()) {
      synchronized (this) {
        held.add(response);
      }
    } else if (reply.delay.isZero()) {
      response.run();
    } else {
      pending = timer.schedule(reply.delay, response);
    }
    Runnable pendingReply = pending;
    return () -> {
      pendingReply.run();
      if (over.compareAndSet(false, true)) {
        synchronized (this) {
          cancelled.add(timer.now());
        }
        sink.accept(PollResult.failed(PollResults.lost())); // as OkHttp does
      }
    };
  }

  @SuppressWarnings("unchecked") // the compiler is to believe that it is unchecked
  static <T extends Throwable> T sneaky(Throwable t) throws T {
    throw (T) t;
  }

  /** PollResults the poll that has been held longest, on this thread. */
  void release() {
    Runnable response;
    synchronized (this) {
      response = held.remove();
    }
    response.run();
  }

  /** When polls began. */
  synchronized List<Duration> begun() {
    return List.copyOf(begun);
  }

  /** Expects polls to have begun after these seconds, and no others. */
  void assertBegunAt(int... seconds) {
    assertThat(begun())
        .containsExactly(
            Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new));
  }

  /** How many polls are neither completed nor cancelled. */
  long inFlight() {
    return polls.stream().filter(over -> !over.get()).count();
  }

  /** When polls were cancelled, those that were completed aside. */
  synchronized List<Duration> cancelled() {
    return List.copyOf(cancelled);
  }
}
