package io.github.cloudjobs.samples;

import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;

// begin
/** A span for one wait, inside the caller's span; each wait needs its own instance. */
record WaitSpan(Span span) implements WaitListener {
  static WaitSpan begin(Tracer tracer) {
    return new WaitSpan(tracer.spanBuilder("wait for job").startSpan());
  }

  @Override
  public void onStatusChange(JobStatus before, WaitProgress progress) {
    span.addEvent(before + " to " + progress.job().status());
  }

  @Override
  public void onProgress(WaitProgress progress) {
    span.setAttribute("job.polls", progress.polls());
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    span.recordException(failure.error());
  }

  @Override
  public void onThrottled(PollFailure failure) {
    span.addEvent("throttled");
  }

  @Override
  public void onEnd(WaitResult result) {
    span.setAttribute("job.service", result.service())
        .setAttribute("job.id", result.ref().jobId())
        .setStatus(result.succeeded() ? StatusCode.OK : StatusCode.ERROR, result.ending())
        .end();
  }
}
// end
