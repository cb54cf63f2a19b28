package io.github.cloudjobs.http;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.Job;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Threads that poll at the same time. */
public final class ConcurrentCallers {
  private final List<Thread> threads = new ArrayList<>();

  <T> CompletableFuture<T> start(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            },
            "callers-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
    return result;
  }

  CompletableFuture<Job> poll(JobsClient client) {
    return start(() -> client.pollJob(Gateway.PROJECT, Gateway.JOB));
  }

  List<CompletableFuture<Job>> poll(JobsClient client, int times) {
    List<CompletableFuture<Job>> polls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      polls.add(poll(client));
    }
    return polls;
  }

  /** Returns once this number of polls wait for a probe at the same time, on any thread. */
  public static void awaitWaiting(int count) {
    long end = System.nanoTime() + Gateway.PATIENCE * 1_000_000_000L;
    while (waiting() != count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("they do not wait");
      }
      Thread.yield();
    }
  }

  private static long waiting() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> each.getKey().getState() == Thread.State.TIMED_WAITING)
        .filter(each -> Arrays.stream(each.getValue()).anyMatch(ConcurrentCallers::isOfTheBreaker))
        .count();
  }

  private static boolean isOfTheBreaker(StackTraceElement frame) {
    return frame.getClassName().equals(CredentialBreaker.class.getName());
  }

  void interrupt() {
    threads.forEach(Thread::interrupt);
  }
}
