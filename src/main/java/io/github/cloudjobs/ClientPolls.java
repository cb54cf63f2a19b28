package io.github.cloudjobs;

import io.github.cloudjobs.engine.PollSource;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.http.Answer;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.function.Consumer;
import okhttp3.HttpUrl;

/** The polls of one client, over HTTP. Equal if they poll the same service in the same way. */
record ClientPolls(JobPoller poller, ClientTime time) implements PollSource {
  @Override
  public Handle poll(JobRef job, int generation, Consumer<PollResult> sink) {
    return poller.start(job, generation, answer -> sink.accept(read(answer)))::cancel;
  }

  /** Does not throw, since the engine waits for each response. */
  PollResult read(Answer answer) {
    try {
      return new PollResult(answer.job(), answer.error(), time.date(answer), answer.retryAfter());
    } catch (Throwable failure) { // of the user's clock
      JobsException error = new JobsException("the client's clock failed", failure);
      return new PollResult(null, error, null, null);
    }
  }

  /** Gateways count the requests of a project at an endpoint. */
  @Override
  public Object quota(JobRef job) {
    return new Quota(poller.endpoint(), job.projectId());
  }

  private record Quota(HttpUrl endpoint, String projectId) {
    @Override
    public String toString() {
      return "project " + projectId + " at " + endpoint;
    }
  }
}
