package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Threads that start waits, respond to polls, advance time and end waits, all at once. What each
 * thread does is made of a seed; when it does so is not. Bounded by rounds, not by time.
 */
@Timeout(120)
class EngineRaceTest {
  private static final int ROUNDS = 300;
  private static final long MAX_SECONDS = 20;

  private static final ExecutorService IO = Executors.newFixedThreadPool(2);
  private static final ExecutorService TASKS =
      Executors.newFixedThreadPool(2, task -> new Thread(task, "executor"));
  private static final ExecutorService ACTORS = Executors.newFixedThreadPool(3);

  @AfterAll
  static void shutDown() {
    for (ExecutorService each : List.of(IO, TASKS, ACTORS)) {
      each.shutdownNow();
    }
  }

  /** What a thread does while others start waits and respond. */
  enum Opponent {
    CANCEL,
    JOIN_AND_LEAVE,
    END_A_GROUP,
    CLOSE,
    CLOSE_AN_OWNER,
    REFUSE_CREDENTIALS,
    POLL_DIRECTLY,
    EVERYTHING;

    void interfere(Round round, Random random) {
      pause(random);
      switch (this) {
        case CANCEL -> stop(round.waits.poll(), random);
        case JOIN_AND_LEAVE -> stop(round.start(random), random);
        case END_A_GROUP -> {
          CompletableFuture<WaitTermination> wait = round.waits.poll();
          if (wait != null) {
            round.fixture.engine.end(List.of(wait), "another job did not succeed");
          }
        }
        case CLOSE -> {
          round.fixture.engine.close();
          round.late = round.start(random);
        }
        case CLOSE_AN_OWNER -> round.fixture.engine.close(round.owner(random));
        case REFUSE_CREDENTIALS ->
            round.fixture.engine.endBefore(
                round.generation.incrementAndGet(),
                "refused",
                (source, job) -> PollResults.unauthorized());
        case POLL_DIRECTLY -> {
          CompletableFuture<PollResult> poll = round.pollDirectly(random);
          pause(random);
          poll.cancel(true);
        }
        default -> values()[random.nextInt(EVERYTHING.ordinal())].interfere(round, random);
      }
    }

    private static void stop(CompletableFuture<WaitTermination> wait, Random random) {
      pause(random);
      if (wait != null) {
        EngineTest.STOPS.get(random.nextInt(EngineTest.STOPS.size())).accept(wait);
      }
    }

    static void pause(Random random) {
      for (int i = random.nextInt(400); i > 0; i--) {
        Thread.onSpinWait();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyWaitCompletesOnceAndNothingIsLeftWhoeverInterferes(Opponent opponent) throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      int seed = 1_000 * opponent.ordinal() + i;
      try {
        new Round(seed).run(opponent);
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  private static final class Round implements PollSource {
    final Random random;
    final PollLimits limits;
    final EngineFixture fixture;
    final Queue<CompletableFuture<WaitTermination>> waits = new ConcurrentLinkedQueue<>();
    final Queue<CompletableFuture<?>> all = new ConcurrentLinkedQueue<>();
    final Queue<String> problems = new ConcurrentLinkedQueue<>();
    final AtomicInteger generation = new AtomicInteger();
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger unfinished = new AtomicInteger(); // tasks and results
    final AtomicInteger completions = new AtomicInteger();
    volatile CompletableFuture<WaitTermination> late; // started after the close
    final Queue<Runnable> checks = new ConcurrentLinkedQueue<>(); // once all is over

    Round(int seed) {
      random = new Random(seed);
      limits = new PollLimits(1 + random.nextInt(3), 1_000, 1_000, 1_000);
      fixture = new EngineFixture(task -> submit(TASKS, task), limits);
    }

    private void submit(ExecutorService threads, Runnable task) {
      unfinished.incrementAndGet();
      threads.execute(
          () -> {
            try {
              task.run();
            } finally {
              unfinished.decrementAndGet();
            }
          });
    }

    void run(Opponent opponent) throws Exception {
      CyclicBarrier start = new CyclicBarrier(4);
      List<Future<?>> actors = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Random own = new Random(random.nextLong());
        actors.add(act(start, () -> begin(own)));
      }
      Random own = new Random(random.nextLong());
      actors.add(act(start, () -> own.ints(6).forEach(each -> opponent.interfere(this, own))));
      start.await(MAX_SECONDS, SECONDS);
      long end = System.nanoTime() + SECONDS.toNanos(MAX_SECONDS);
      while (!isOver(actors)) {
        if (!fixture.timer.runNext()) {
          Thread.yield(); // the others need the cores
        }
        if (System.nanoTime() - end > 0) {
          throw new AssertionError("it does not end");
        }
      }
      check();
    }

    private static Future<?> act(CyclicBarrier start, Runnable action) {
      return ACTORS.submit(
          () -> {
            start.await(MAX_SECONDS, SECONDS);
            action.run();
            return null;
          });
    }

    private boolean isOver(List<Future<?>> actors) throws Exception {
      if (!actors.stream().allMatch(Future::isDone)) {
        return false;
      }
      for (Future<?> actor : actors) {
        actor.get();
      }
      return all.stream().allMatch(CompletableFuture::isDone)
          && inFlight.get() == 0
          && unfinished.get() == 0;
    }

    private void check() {
      fixture.timer.advance(Duration.ZERO); // the task of an end that was reported before it ran
      assertThat(problems).isEmpty();
      assertThat(completions).hasValue(all.size());
      checks.forEach(Runnable::run);
      if (late != null) {
        assertThat(late.join().problem()).isEqualTo(Engine.CLOSED);
      }
      fixture.assertIdle();
      int polls = begun.get();
      fixture.timer.advance(Duration.ofDays(1));
      assertThat(begun).as("polls after the end").hasValue(polls);
      assertThat(fixture.timer.untilNext()).isNull();
    }

    private void begin(Random random) {
      for (int i = 0; i < 4; i++) {
        waits.add(start(random));
        Opponent.pause(random);
      }
    }

    CompletableFuture<WaitTermination> start(Random random) {
      AtomicBoolean inside = new AtomicBoolean();
      RecordingListener listener =
          new RecordingListener(
              n -> {
                if (!Thread.currentThread().getName().equals("executor")) {
                  problems.add("a listener was called on " + Thread.currentThread());
                }
                if (!inside.compareAndSet(false, true)) {
                  problems.add("two calls of a listener at a time");
                }
                Thread.yield();
                inside.set(false);
              });
      WaitOptions.Builder options =
          EngineFixture.every10s()
              .timeout(Duration.ofSeconds(random.nextInt(60)))
              .confirmSuccess(1 + random.nextInt(2))
              .addListener(listener);
      JobRef job = new JobRef("p", random.nextBoolean() ? "Aa" : "BB"); // of one hash
      var wait = fixture.start(owner(random), generation.get(), job, this, options);
      all.add(wait);
      wait.whenComplete((end, error) -> completions.incrementAndGet());
      checks.add(
          () -> {
            boolean isStopped = wait.isCompletedExceptionally() || wait.join() == null;
            assertThat(listener.ends.size()).as("calls of onEnd").isBetween(isStopped ? 0 : 1, 1);
          });
      return wait;
    }

    Object owner(Random random) {
      return random.nextInt(2); // small integers are the same object
    }

    CompletableFuture<PollResult> pollDirectly(Random random) {
      JobRef job = new JobRef("p", "direct" + random.nextInt(2));
      CompletableFuture<PollResult> poll = fixture.engine.poll(this, job, 0, Function.identity());
      all.add(poll);
      poll.whenComplete((response, error) -> completions.incrementAndGet());
      return poll;
    }

    /** PollResults at once, soon, or when it is cancelled. */
    @Override
    public Runnable poll(JobRef job, int generation, Consumer<PollResult> sink) {
      int nth = begun.incrementAndGet();
      if (inFlight.incrementAndGet() > limits.inFlight) {
        problems.add("too many polls in flight");
      }
      AtomicBoolean over = new AtomicBoolean();
      Consumer<PollResult> once =
          response -> {
            if (over.compareAndSet(false, true)) {
              inFlight.decrementAndGet();
              sink.accept(response);
            }
          };
      PollResult response =
          new PollResult(PollResults.job(nth % 5 == 0 ? "SUCCESS" : "RUNNING"), null, null, null);
      switch (nth % 4) {
        case 0 -> once.accept(response);
        case 1 -> {} // hangs
        default -> submit(IO, () -> once.accept(response));
      }
      PollResult lost = new PollResult(null, PollResults.lost(), null, null);
      return () -> {
        if (nth % 3 == 0) {
          once.accept(lost);
        } else {
          submit(IO, () -> once.accept(lost));
        }
      };
    }

    @Override
    public Object quota(JobRef job) {
      return "quota";
    }
  }
}
