package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.step.WaitStep.Decision.PollAt;
import io.github.cloudjobs.step.WaitTermination;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the waits of a family of clients. Thread-safe. */
public final class Engine implements AutoCloseable {
  static final String CLOSED = "the client was closed";

  private static final long FOREVER = Long.MAX_VALUE / 2;

  /** A thread that wakes so much too late was not alone: the machine stood still. */
  private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);

  private final WaitTimer timer;
  private final Executor executor;
  private final Clock clock;
  private final long grace;
  private final PollGate gate;
  private final Map<PollStream, PollStream> streams = new ConcurrentHashMap<>();
  private final Set<Callback> deliveries = ConcurrentHashMap.newKeySet(); // of direct polls
  private final ThreadLocal<Boolean> inCallback = new ThreadLocal<>();
  private volatile boolean closed;

  /**
   * Creates an engine.
   *
   * @param executor runs steps, listeners and completions
   * @param clock the wall clock, for the age of a job that a server without a clock reports
   * @param grace how long the poll that is under way at a deadline may take from there
   */
  public Engine(
      WaitTimer timer, Executor executor, Clock clock, Duration grace, PollLimits limits) {
    this.timer = timer;
    this.executor = executor;
    this.clock = clock;
    this.grace = grace.toNanos();
    this.gate = new PollGate(this, timer, limits);
  }

  /**
   * Starts a wait.
   *
   * @param owner with whose {@link #close(Object)} it is to end
   * @param mark a number that never falls from one wait to the next: {@link #endBefore} ends those
   *     below another
   * @param reading makes the future's value of the end, or throws what the future is to throw
   * @return completes once, on the executor; cancelling it, or completing it, stops the wait
   */
  public <T> CompletableFuture<T> start(
      Object owner,
      int mark,
      WaitPlan plan,
      PollSource source,
      Function<WaitTermination, T> reading) {
    PollAt first = WaitStep.first(plan);
    return start(new Wait<>(this, owner, mark, plan, first, 0, reading), plan.ref(), source);
  }

  /** Goes on with a wait that was kept; else like {@link #start}. */
  public <T> CompletableFuture<T> resume(
      Object owner,
      int mark,
      ResumedWait kept,
      PollSource source,
      Function<WaitTermination, T> reading) {
    Wait<T> wait = new Wait<>(this, owner, mark, kept.plan(), kept.next(), kept.elapsed(), reading);
    return start(wait, kept.plan().ref(), source);
  }

  /** Does something of which a timer that can be held is to take no notice. */
  public <T> T holding(Supplier<T> work) {
    timer.hold();
    try {
      return work.get();
    } finally {
      timer.release();
    }
  }

  /**
   * Waits for the end of a wait, and is back at its deadline and grace whatever the executor does:
   * from then on this thread decides how the wait ends. A timer that can be held is, from the end
   * until this returns. An interrupt ends the wait.
   *
   * @param result what is made of the wait; completes with it
   */
  public <T> T await(CompletableFuture<?> wait, CompletableFuture<T> result)
      throws InterruptedException, ExecutionException {
    return awaitAll(List.of(wait), List.of(result)).get(0);
  }

  /** Waits like {@link #await} for the ends of many waits that were started together. */
  public <T> List<T> awaitAll(
      List<? extends CompletableFuture<?>> waits, List<CompletableFuture<T>> results)
      throws InterruptedException, ExecutionException {
    // Before the first is waited for: each wait has its own grace from its own deadline.
    long[] giveUpAt = waits.stream().mapToLong(this::giveUpAt).toArray();
    List<T> ends = new ArrayList<>(waits.size());
    long last = timer.nanoTime();
    for (int i = 0; i < giveUpAt.length; i++) {
      long until = last - giveUpAt[i] > 0 ? last : giveUpAt[i];
      try {
        last = awaitUntil(until, waits.get(i), results.get(i));
        ends.add(results.get(i).get());
      } catch (InterruptedException e) {
        waits.forEach(wait -> wait.cancel(true));
        throw e;
      } finally {
        timer.release();
      }
    }
    return ends;
  }

  private long giveUpAt(CompletableFuture<?> wait) {
    return wait instanceof Wait<?> one ? one.giveUpAt() : timer.nanoTime() + FOREVER;
  }

  /** Returns held, and with the time until which it has really waited. */
  private long awaitUntil(long time, CompletableFuture<?> wait, CompletableFuture<?> result)
      throws InterruptedException {
    long until = time;
    while (!timer.await(result, until) && wait instanceof Wait<?> one) {
      long now = timer.nanoTime();
      if (now - until < STOOD_STILL) {
        one.giveUp();
        break;
      }
      timer.release();
      until = now + grace; // else the last poll would have had no time at all
    }
    return wait instanceof Wait<?> ? until : timer.nanoTime();
  }

  private <T> Wait<T> start(Wait<T> wait, JobRef job, PollSource source) {
    PollStream stream = join(wait, job, source);
    if (closed) {
      wait.end(CLOSED, null);
    } else {
      stream.proceed();
    }
    return wait;
  }

  /** Joins the stream that is there for the job, or else a new one. */
  private PollStream join(Wait<?> wait, JobRef job, PollSource source) {
    Object quota = source.quota(job);
    while (true) {
      // New each time: others may have joined and left the one before, which has ended then.
      PollStream fresh = new PollStream(source, job, gate.enter(quota));
      PollStream present = streams.putIfAbsent(fresh, fresh);
      if (present != null) {
        gate.leave(fresh.lane());
      }
      PollStream stream = present == null ? fresh : present;
      if (stream.join(wait)) {
        return stream;
      }
      forget(stream);
    }
  }

  /**
   * Makes one poll outside any wait, as soon as a place is free for it.
   *
   * @param reading makes the future's value of the response, or throws the future's exception
   * @return completes once, on the executor; cancelling it, or completing it, stops the poll
   */
  public <T> CompletableFuture<T> poll(
      PollSource source, JobRef job, int mark, Function<PollResult, T> reading) {
    DirectPoll<T> poll = new DirectPoll<>(this, source, job, mark, reading);
    deliveries.add(poll.delivery());
    gate.submitDirect(poll);
    if (closed) {
      poll.close(); // closed meanwhile, it did not see this poll
    }
    return poll;
  }

  /**
   * Ends waits that were started with a lower mark.
   *
   * @param causes returns why the waits for a job end; null to let them go on
   */
  public void endBefore(
      int mark, String problem, BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    for (PollStream stream : streams.keySet()) {
      Throwable cause = stream.causeOf(causes);
      if (cause != null) {
        end(stream, wait -> wait.mark() < mark, problem, cause);
      }
    }
  }

  /** Ends these waits, of those that {@link #start} returned, unless they have ended. */
  public void end(Collection<? extends CompletableFuture<?>> waits, String problem) {
    for (CompletableFuture<?> each : waits) {
      if (each instanceof Wait<?> wait) {
        wait.end(problem, null);
      }
    }
  }

  /**
   * Ends the waits of one owner because it was closed.
   *
   * @return the callbacks that this causes
   */
  public PendingCallbacks close(Object owner) {
    return new PendingCallbacks(this, end(wait -> wait.owner() == owner, CLOSED, null));
  }

  private List<Callback> end(Predicate<Wait<?>> which, String problem, @Nullable Throwable cause) {
    List<Callback> caused = new ArrayList<>();
    streams.keySet().forEach(stream -> caused.addAll(end(stream, which, problem, cause)));
    return caused;
  }

  private static List<Callback> end(
      PollStream stream, Predicate<Wait<?>> which, String problem, @Nullable Throwable cause) {
    List<Callback> caused = new ArrayList<>();
    stream.waits().stream().filter(which).forEach(wait -> caused.addAll(wait.end(problem, cause)));
    return caused;
  }

  /**
   * Ends every wait, and starts none any more.
   *
   * @return the callbacks that this causes, those included of direct polls that are cancelled next
   */
  public PendingCallbacks shutDown() {
    closed = true;
    List<Callback> caused = end(wait -> true, CLOSED, null);
    caused.addAll(deliveries);
    gate.close();
    timer.close();
    if (executor instanceof CallbackPool own) {
      own.retire();
    }
    return new PendingCallbacks(this, caused);
  }

  /** Shuts down, and waits for nothing. */
  @Override
  public void close() {
    shutDown();
  }

  public boolean isClosed() {
    return closed;
  }

  WaitTimer timer() {
    return timer;
  }

  Clock clock() {
    return clock;
  }

  long grace() {
    return grace;
  }

  PollGate gate() {
    return gate;
  }

  /** Hands a callback to the executor. */
  void execute(Callback callback) {
    timer.hold(callback);
    try {
      executor.execute(callback);
    } catch (Throwable refusal) {
      callback.run(() -> callback.refused(refusal));
    }
  }

  /** Runs a callback's work on this thread, which counts as in a callback meanwhile. */
  void inCallback(Runnable work) {
    if (isInCallback()) {
      work.run();
      return;
    }
    inCallback.set(true);
    try {
      work.run();
    } finally {
      inCallback.remove();
    }
  }

  /** Whether this thread runs a callback of this engine. */
  boolean isInCallback() {
    return inCallback.get() != null;
  }

  /** A direct poll's future has been completed. */
  void delivered(Callback delivery) {
    deliveries.remove(delivery);
  }

  /** How many waits have not ended. */
  int waiting() {
    return streams().stream().mapToInt(stream -> stream.waits().size()).sum();
  }

  /** Of the jobs that are waited for. */
  Set<PollStream> streams() {
    return streams.keySet();
  }

  /** Forgets a stream that has ended; another that is equal may be there by now. */
  void forget(PollStream ended) {
    streams.computeIfPresent(ended, (key, stream) -> stream.hasEnded() ? null : stream);
  }
}
