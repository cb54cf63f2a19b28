package app;

import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Times waits and counts polls; one instance for all waits. */
@Component
record JobMetrics(MeterRegistry meters) implements WaitListener {
  @Override
  public void onProgress(WaitProgress progress) {
    count(progress.service(), "job");
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    count(failure.service(), "error");
  }

  @Override
  public void onThrottled(PollFailure failure) {
    count(failure.service(), "throttled");
  }

  private void count(String service, String result) {
    meters.counter("jobs.polls", "service", service, "result", result).increment();
  }

  @Override
  public void onEnd(WaitResult result) {
    meters
        .timer("jobs.waits", "service", result.service(), "ending", result.ending())
        .record(result.elapsed());
  }
}
