package io.github.cloudjobs.samples;

import io.github.cloudjobs.wait.ConsoleProgress;
import io.github.cloudjobs.wait.WaitOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import java.io.PrintStream;

/** The guide's examples of what is seen of waits from outside, compiled and run. */
final class OutsideExamples {
  private OutsideExamples() {}

  static WaitOptions listeners(PrintStream out, MeterRegistry meters, Tracer tracer) {
    // begin
    ConsoleProgress console = ConsoleProgress.on(out);
    WaitOptions options =
        WaitOptions.builder()
            .addListener(console)
            .addListener(new JobMetrics(meters))
            .addListener(WaitSpan.begin(tracer))
            .build();
    // end
    return options;
  }
}
