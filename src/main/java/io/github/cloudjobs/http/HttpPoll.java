package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Secrets;
import io.github.cloudjobs.text.Throwables;
import java.io.IOException;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One poll in flight. Its result is passed to the sink once. */
final class HttpPoll implements Runnable {
  final JobPoller source;
  final JobRef job;
  final int generation; // of the credential breaker, when the poll or its wait started
  final Call call;
  private final Consumer<PollResult> sink;
  private final @Nullable PollEvent event;

  HttpPoll(
      JobPoller source, JobRef job, Request request, int generation, Consumer<PollResult> sink) {
    this.source = source;
    this.job = job;
    this.generation = generation;
    this.sink = sink;
    // Before the first recording, not even the event's class is loaded: that takes 0.1 s.
    this.event = FlightRecorder.isInitialized() ? new PollEvent() : null;
    this.call = source.transport.client.newCall(request);
  }

  HttpUrl url() {
    return call.request().url();
  }

  /** Sends the request, and blocks until the response has been read. */
  @Override
  public void run() {
    PollResult result;
    try {
      result = read(call.execute());
    } catch (Throwable t) { // the sink must be called
      result = failed(t);
    }
    complete(result);
  }

  /** Completes the poll if it cannot be sent. */
  void fail(Throwable t) {
    complete(failed(t));
  }

  private void complete(PollResult result) {
    source.transport.signing.polls.remove(call);
    try {
      if (event != null) {
        event.record(source.service, job, url(), result);
      }
    } finally {
      sink.accept(result);
    }
  }

  private PollResult read(Response response) {
    try (response) {
      return source.transport.reader.read(response);
    } catch (Throwable t) {
      Secrets secrets = RequestHeaders.secretsOf(response.request());
      return failed(t instanceof IOException e ? secrets.hide(e) : t);
    }
  }

  private PollResult failed(Throwable t) {
    IOException carrier = Transport.wrap(t);
    JobsException ours = Transport.wrappedIn(carrier);
    if (ours == null) {
      String problem = "no response from GET " + url() + ": " + Throwables.describe(carrier);
      ours = new JobsTransportException(problem, carrier);
    }
    return PollResult.failed(ours);
  }
}
