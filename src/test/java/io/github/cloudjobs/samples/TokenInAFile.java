package io.github.cloudjobs.samples;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A wait that outlives its process, and needs nothing but a file. */
final class TokenInAFile {
  private TokenInAFile() {}

  /** Waits for a job; called again by the next process, goes on. */
  static Job await(JobsClient ecs, JobRef job, Path file) throws IOException, InterruptedException {
    // begin
    if (Files.notExists(file)) {
      Files.writeString(file, ecs.newToken(job, WaitOptions.defaults()).text());
    }
    Job done = ecs.resume(new WaitToken(Files.readString(file)));
    Files.delete(file);
    // end
    return done;
  }
}
