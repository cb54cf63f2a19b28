package io.github.cloudjobs.http;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.Job;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Threads that do things at once, and of which a test can tell that they are parked. */
final class Crowd {
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
            "crowd-" + threads.size());
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

  /** Returns once so many of the threads are parked at the brake at the same time. */
  void awaitParked(int count) {
    long end = System.nanoTime() + Gateway.PATIENCE * 1_000_000_000L;
    while (threads.stream().filter(Crowd::isParked).count() != count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("they do not wait");
      }
      Thread.onSpinWait();
    }
  }

  private static boolean isParked(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals(CredentialBrake.class.getName()));
  }

  void interrupt() {
    threads.forEach(Thread::interrupt);
  }
}
