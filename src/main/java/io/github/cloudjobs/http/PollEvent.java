package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** One poll, from when it is sent until it is answered or lost; in a flight recording. */
@Name("io.github.cloudjobs.Poll")
@Label("Job Poll")
@Description("One query of a job, from when it is sent until its answer is read or lost")
@Category({"Cloud Jobs"})
@StackTrace(false)
final class PollEvent extends Event {
  @Label("Service")
  @Nullable String service;

  @Label("Project Id")
  @Nullable String projectId;

  @Label("Job Id")
  @Nullable String jobId;

  @Label("URL")
  @Nullable String url;

  @Label("Job Status")
  @Description("What the service said of the job, if it did")
  @Nullable String jobStatus;

  @Label("HTTP Status")
  @Description("200 if the answer held the job; 0 if no answer came")
  int httpStatus;

  @Label("Error")
  @Description("The kind of error, if it was one")
  @Nullable String error;

  @Label("Error Code")
  @Description("The code in an error answer, such as APIGW.0308")
  @Nullable String errorCode;

  @Label("Request Id")
  @Description("The service's id of a request that it answered with an error")
  @Nullable String requestId;

  /** Begins to measure. */
  static PollEvent start() {
    PollEvent event = new PollEvent();
    event.begin();
    return event;
  }

  /** Records what came of the poll, if anybody wants to know. */
  void record(String asked, JobRef job, HttpUrl at, Answer answer) {
    end();
    if (!shouldCommit()) {
      return;
    }
    service = asked;
    projectId = job.projectId();
    jobId = job.jobId();
    url = at.toString();
    tell(answer);
    commit();
  }

  private void tell(Answer answer) {
    Job job = answer.job();
    JobsException failure = answer.error();
    if (job != null) {
      httpStatus = 200;
      jobStatus = SafeText.excerptOrNull(job.statusText());
    }
    if (failure != null) {
      error = failure.getClass().getSimpleName();
    }
    if (failure instanceof JobsServiceException refusal) {
      httpStatus = refusal.statusCode();
      errorCode = SafeText.excerptOrNull(refusal.errorCode());
      requestId = SafeText.excerptOrNull(refusal.requestId());
    } else if (failure instanceof MalformedJobException unreadable) {
      httpStatus = unreadable.statusCode();
    }
  }
}
