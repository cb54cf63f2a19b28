package io.github.cloudjobs.benchmark;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PollLimits;
import io.github.cloudjobs.engine.PollSource;
import io.github.cloudjobs.engine.SystemTimer;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What many pending waits cost when the polls themselves cost nothing: heap for each, processor
 * time for each poll, and how late polls are made. Each run is one shot of a little over a minute;
 * what counts are the secondary results, the time of the shot means nothing.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1) // of several, it would print the sums
@Fork(value = 1, jvmArgs = "-Xmx4g")
@State(Scope.Benchmark)
public class PendingWaits {
  private static final Origin ORIGIN =
      new Origin("https://ecs.example/", "ECS", "/v1/{project_id}/jobs/{job_id}");
  private static final PollLimits UNLIMITED =
      new PollLimits(Integer.MAX_VALUE / 2, 1e12, 1e12, 1e12);
  private static final Duration SETTLE = Duration.ofSeconds(30);
  private static final Duration MEASURE = Duration.ofSeconds(30);

  /** How many waits are pending. */
  @Param("100000")
  public int waits;

  /** What a run found. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Figures {
    public double heapBytesPerWait;
    public double pollsPerSecond;
    public double cpuMicrosPerPoll;
    public double latenessMicrosP50;
    public double latenessMicrosP99;
    public double latenessMicrosMax;
    public double libraryThreads;
  }

  /** How late polls are made, while each wait polls every 5 to 25 s. */
  @Benchmark
  public void lateness(Figures figures) throws InterruptedException {
    try (Engine engine = engine()) {
      Recorder recorder = new Recorder(waits);
      for (int i = 0; i < waits; i++) {
        int n = i;
        PollSchedule schedule = (age, last) -> recorder.nextDelay(n);
        start(engine, ref(i), recorder, WaitOptions.builder().schedule(schedule).build());
      }
      TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
      long cpu = cpuNanos();
      recorder.begin();
      TimeUnit.NANOSECONDS.sleep(MEASURE.toNanos());
      long[] late = recorder.end();
      figures.cpuMicrosPerPoll = (cpuNanos() - cpu) / 1e3 / late.length;
      figures.pollsPerSecond = late.length / (MEASURE.toNanos() / 1e9);
      figures.latenessMicrosP50 = late[late.length / 2] / 1e3;
      figures.latenessMicrosP99 = late[(int) (late.length * 0.99)] / 1e3;
      figures.latenessMicrosMax = late[late.length - 1] / 1e3;
      figures.libraryThreads = libraryThreads();
    }
  }

  /**
   * The heap that a wait holds with its future, once it has polled: beyond the caller's own JobRef,
   * and the last answer's bytes, which all waits here share.
   */
  @Benchmark
  public void heap(Figures figures) throws InterruptedException {
    JobRef[] refs = new JobRef[waits];
    Arrays.setAll(refs, PendingWaits::ref);
    CompletableFuture<?>[] futures = new CompletableFuture<?>[waits];
    try (Engine engine = engine()) {
      PollSource source = answering(running());
      long before = usedHeap();
      for (int i = 0; i < waits; i++) {
        futures[i] = start(engine, refs[i], source, WaitOptions.defaults());
      }
      figures.heapBytesPerWait = (double) (usedHeap() - before) / waits;
      figures.libraryThreads = libraryThreads();
      if (futures[waits - 1].isDone()) {
        throw new IllegalStateException("it is over");
      }
    }
  }

  private static Engine engine() {
    return new Engine(
        new SystemTimer(),
        ForkJoinPool.commonPool(),
        Clock.systemUTC(),
        Duration.ofSeconds(5),
        UNLIMITED);
  }

  private static CompletableFuture<WaitTermination> start(
      Engine engine, JobRef ref, PollSource source, WaitOptions options) {
    WaitPlan plan = WaitPlan.of(ref, options, ORIGIN, Instant.now());
    return engine.start(engine, 0, plan, source, Function.identity());
  }

  private static JobRef ref(int n) {
    return new JobRef("5ca1ab1e0ddba11c0ffee00000000001", Integer.toString(n));
  }

  /** A job that has been under way for ten minutes. */
  private static PollResult running() {
    Job job =
        Job.fromJson(
            "{\"job_id\":\"ff8080828ae5a9ac018ae6a3eaa30001\",\"job_type\":\"createServer\","
                + "\"status\":\"RUNNING\",\"begin_time\":\""
                + Instant.now().minusSeconds(600)
                + "\"}");
    return new PollResult(job, null, null, null);
  }

  private static PollSource answering(PollResult answer) {
    return (job, mark, sink) -> {
      sink.accept(answer);
      return () -> {};
    };
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(200); // what is queued for the common pool has to run
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long libraryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("jobs-client"))
        .count();
  }

  /** Answers at once, and knows when each wait is to poll next. */
  private static final class Recorder implements PollSource {
    private final PollResult answer = running();
    private final long[] due;
    private final long[] answered;
    private final Random[] random;
    private final long[] late = new long[4_000_000];
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean measuring;

    Recorder(int waits) {
      due = new long[waits];
      answered = new long[waits];
      random = new Random[waits];
      Arrays.setAll(random, Random::new);
    }

    @Override
    public Handle poll(JobRef job, int mark, java.util.function.Consumer<PollResult> sink) {
      long now = System.nanoTime();
      int n = Integer.parseInt(job.jobId());
      if (measuring && due[n] != 0) {
        late[count.getAndIncrement()] = now - due[n];
      }
      answered[n] = System.nanoTime();
      sink.accept(answer);
      return () -> {};
    }

    /** Called on another thread than poll; the executor makes its writes visible. */
    Duration nextDelay(int n) {
      Duration delay = Duration.ofNanos(5_000_000_000L + random[n].nextLong(20_000_000_000L));
      due[n] = answered[n] + delay.toNanos();
      return delay;
    }

    void begin() {
      measuring = true;
    }

    /** What was measured, in order. */
    long[] end() {
      measuring = false;
      long[] all = Arrays.copyOf(late, count.get());
      Arrays.sort(all);
      return all;
    }
  }
}
