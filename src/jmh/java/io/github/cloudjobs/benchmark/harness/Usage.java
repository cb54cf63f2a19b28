package io.github.cloudjobs.benchmark.harness;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What this process has used so far.
 *
 * @param cpu of all threads, those of the garbage collector and the compiler included
 * @param allocated by Java threads, before the CPU times were read, which allocates too
 * @param allocatedSince by Java threads, and for reading the CPU times
 */
public record Usage(long cpu, long wall, long allocated, long allocatedSince) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Path TASKS = Path.of("/proc/self/task");

  // By thread. Those that have ended stay, or a sum would fall.
  private static final Map<String, Long> CPU = new HashMap<>();
  private static final Map<Long, Long> ALLOCATED = new HashMap<>();

  public static synchronized Usage now() {
    long allocated = allocatedBytes();
    return new Usage(processCpu(), System.nanoTime(), allocated, allocatedBytes());
  }

  /** Returns what has been used since, for each of a number of operations. */
  public Map<Figure, Double> until(Usage end, double operations) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.CPU, (end.cpu - cpu) / operations);
    figures.put(Figure.WALL, (end.wall - wall) / operations);
    figures.put(Figure.ALLOCATED, (end.allocated - allocatedSince) / operations);
    return figures;
  }

  private static long allocatedBytes() {
    long[] ids = THREADS.getAllThreadIds();
    long[] bytes = THREADS.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      ALLOCATED.merge(ids[i], bytes[i], Math::max); // -1: the thread has just ended
    }
    return sum(ALLOCATED);
  }

  /** Linux counts each thread in nanoseconds, but the process, as the JVM does, in 10 ms. */
  private static long processCpu() {
    if (!Files.isDirectory(TASKS)) {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        CPU.merge(task.getFileName().toString(), taskCpu(task), Math::max);
      }
    } catch (IOException e) {
      throw new IllegalStateException("no CPU times", e);
    }
    return sum(CPU);
  }

  private static long taskCpu(Path task) throws IOException {
    try {
      String text = Files.readString(task.resolve("schedstat"));
      return Long.parseLong(text.substring(0, text.indexOf(' ')));
    } catch (IOException e) {
      if (Files.exists(task)) {
        throw e;
      }
      return 0; // the thread has just ended
    }
  }

  private static long sum(Map<?, Long> byThread) {
    return byThread.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The heap in use once everything unreachable has been collected. */
  public static long liveHeap() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100); // for what still completes on other threads
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
