package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.SafeText;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The event of one poll in a flight recording, from its start to its end. */
@Name("io.github.cloudjobs.Poll")
@Label("Job Poll")
@Description("One query of a job, from its start until its response is read or it failed")
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
  @Description("The job's status as sent, if the poll succeeded")
  @Nullable String jobStatus;

  @Label("HTTP Status")
  int httpStatus;

  @Label("Error")
  @Nullable String error;

  @Label("Error Code")
  @Nullable String errorCode;

  @Label("Request Id")
  @Nullable String requestId;

  PollEvent() {
    begin();
  }

  /** Ends the measurement, and records the poll if the event is enabled. */
  void record(String serviceName, JobRef job, HttpUrl jobUrl, PollResult result) {
    end();
    if (!shouldCommit()) {
      return;
    }
    service = serviceName;
    projectId = job.projectId();
    jobId = job.jobId();
    url = jobUrl.toString();
    JobsException failure = result.error();
    if (result.job() != null) {
      httpStatus = 200;
      jobStatus = SafeText.excerptOrNull(result.job().statusText());
    } else if (failure != null) {
      error = failure.getClass().getSimpleName();
    }
    if (failure instanceof JobsServiceException refusal) {
      httpStatus = refusal.statusCode();
      errorCode = SafeText.excerptOrNull(refusal.errorCode());
      requestId = SafeText.excerptOrNull(refusal.requestId());
    } else if (failure instanceof MalformedJobException unreadable) {
      httpStatus = unreadable.statusCode();
    }
    commit();
  }
}
