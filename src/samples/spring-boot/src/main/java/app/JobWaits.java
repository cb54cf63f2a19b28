package app;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Waits that outlive the application: each has a file with its token until its job has ended. With
 * several instances of the application, or without a disk that is kept, use a table instead.
 */
@Component
class JobWaits {
  private static final Logger log = LoggerFactory.getLogger(JobWaits.class);

  private final JobsClient ecs;
  private final WaitOptions options;
  private final JobMetrics metrics;
  private final Path directory;

  JobWaits(
      JobsClient ecs,
      WaitOptions options,
      JobMetrics metrics,
      @Value("${ecs.waits-directory}") Path directory)
      throws IOException {
    this.ecs = ecs;
    this.options = options;
    this.metrics = metrics;
    this.directory = Files.createDirectories(directory);
  }

  /** Begins to wait. The file is written first, so that the wait survives a crash too. */
  void begin(JobRef job) {
    WaitToken token = ecs.newToken(job, options);
    Path file = directory.resolve(job.jobId());
    write(file, token);
    follow(file, token);
  }

  /** Resumes the waits of the previous run. Each has its old deadline and its next poll. */
  @EventListener(ApplicationReadyEvent.class)
  void resumeAll() throws IOException {
    List<Path> files;
    try (Stream<Path> kept = Files.list(directory)) {
      files = kept.filter(file -> !file.toString().endsWith(".new")).toList();
    }
    for (Path file : files) {
      follow(file, new WaitToken(Files.readString(file)));
    }
    log.info("Resumed {} waits", files.size());
  }

  private void follow(Path file, WaitToken token) {
    ecs.resumeAsync(token, metrics).whenComplete((done, error) -> onEnd(file, done, error));
  }

  private void onEnd(Path file, Job done, Throwable error) {
    if (error instanceof JobPollException stopped) {
      write(file, stopped.token()); // the client was closed, or the credentials were refused
      log.info("Stopped waiting, to be resumed: {}", stopped.getMessage());
      return;
    }
    if (error == null) {
      log.info("Servers {} are ready", done.ids("server_id"));
    } else {
      log.warn("A job did not succeed", error); // it failed, vanished, or took too long
    }
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the file at once, so that a crash leaves the old token or the new one. */
  private static void write(Path file, WaitToken token) {
    try {
      Path written =
          Files.writeString(file.resolveSibling(file.getFileName() + ".new"), token.text());
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends all waits, and returns when their tokens are written. Spring would close the client too,
   * but after this bean; what writes the tokens must still be there.
   */
  @PreDestroy
  void stop() {
    ecs.close();
  }
}
