package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.Job;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** One poll, from when it is sent until it is answered or lost; in a flight recording. */
@Name("io.github.cloudjobs.Poll")
@Label("Job Poll")
@Description("One query of a job")
@Category({"Cloud Jobs"})
@StackTrace(false)
final class PollEvent extends Event {
  @Label("URL")
  @Nullable String url;

  @Label("Job Status")
  @Description("What the service said of the job, if it did")
  @Nullable String jobStatus;

  @Label("HTTP Status")
  @Description("Of an error answer; 0 if there was none")
  int httpStatus;

  @Label("Error Code")
  @Nullable String errorCode;

  @Label("Error")
  @Description("The kind of error, if it was one")
  @Nullable String error;

  /** Begins to measure. */
  static PollEvent start() {
    PollEvent event = new PollEvent();
    event.begin();
    return event;
  }

  /** Records what came of the poll, if anybody wants to know. */
  void record(Request request, Answer answer) {
    end();
    if (!shouldCommit()) {
      return;
    }
    url = request.url().toString();
    Job job = answer.job();
    jobStatus = job == null ? null : job.statusText();
    JobsException failure = answer.error();
    error = failure == null ? null : failure.getClass().getSimpleName();
    if (failure instanceof JobsServiceException refusal) {
      httpStatus = refusal.statusCode();
      errorCode = refusal.errorCode();
    }
    commit();
  }
}
