package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.engine.PollSource;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.http.CredentialBreaker.Rejection;
import io.github.cloudjobs.http.PathTemplate.JobUrls;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Secrets;
import io.github.cloudjobs.text.Throwables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Polls the jobs of one service at one endpoint. Thread-safe. */
public final class JobPoller implements PollSource {
  private final Transport transport;
  private final HttpUrl endpoint;
  private final PathTemplate template;
  private final JobUrls urls;
  private final String service;
  private volatile @Nullable Target last; // the same job is usually polled again

  private record Target(JobRef job, Request unsigned) {}

  /** Creates a poller; the service's name is for flight recordings. */
  public JobPoller(Transport transport, Endpoint endpoint, PathTemplate template, String service) {
    this.transport = transport;
    this.endpoint = endpoint.url();
    this.template = template;
    this.urls = template.at(this.endpoint);
    this.service = service;
  }

  public HttpUrl endpoint() {
    return endpoint;
  }

  public HttpUrl url(JobRef job) {
    return unsigned(job).url();
  }

  private Request unsigned(JobRef job) {
    Target target = last;
    if (target == null || !target.job().equals(job)) {
      Request unsigned = new Request.Builder().url(urls.of(job)).headers(transport.headers).build();
      target = new Target(job, unsigned);
      last = target;
    }
    return target.unsigned();
  }

  public int generation() {
    return transport.signing.breaker.generation();
  }

  /** Returns the error that ends a job's waits after a rejection; null if they continue. */
  public @Nullable AuthenticationException errorOf(Rejection rejection, JobRef job) {
    return rejection.holdsFor(endpoint, job) ? rejection.errorFor(url(job)) : null;
  }

  /** Polls once and blocks until the response has been read; see {@link #pollOnce}. */
  public Job poll(JobRef job) {
    PollResult result = pollOnce(requireNonNull(job, "job"));
    if (result.error() != null) {
      addCallersStack(result.error());
    }
    return result.jobOrThrow();
  }

  /** Appends the caller's stack trace to that of an exception of an I/O thread. */
  private static void addCallersStack(JobsException error) {
    List<StackTraceElement> trace = new ArrayList<>(List.of(error.getStackTrace()));
    List<StackTraceElement> caller = List.of(new Throwable().getStackTrace());
    if (!trace.contains(caller.get(0))) { // a provider may throw the same one again
      trace.addAll(caller);
      error.setStackTrace(trace.toArray(StackTraceElement[]::new));
    }
  }

  /**
   * Polls once and blocks until the response has been read; a failure is returned too. An interrupt
   * cancels the call and is returned at once as a {@link JobsTransportException}; the thread stays
   * interrupted. If it was interrupted before, no request is sent.
   */
  public PollResult pollOnce(JobRef job) {
    CompletableFuture<PollResult> result = new CompletableFuture<>();
    Runnable call = () -> {};
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      call = poll(job, generation(), result::complete);
      return result.get();
    } catch (InterruptedException e) {
      call.run();
      Thread.currentThread().interrupt();
      String problem = "no response from GET " + url(job) + ": the thread was interrupted";
      return PollResult.failed(new JobsTransportException(problem, e));
    } catch (Throwable crash) { // of a user's event listener, for example
      String problem = "the poll could not be sent: " + Throwables.describe(crash);
      return PollResult.failed(new JobsException(problem, crash));
    }
  }

  @Override
  public Runnable poll(JobRef job, int generation, Consumer<PollResult> sink) {
    Request request = unsigned(job);
    HttpUrl url = request.url();
    // Before the first recording, not even the event's class is loaded: that takes 0.1 s.
    PollEvent event = FlightRecorder.isInitialized() ? PollEvent.start() : null;
    Callback callback =
        new Callback() {
          @Override
          public void onResponse(Call done, Response response) {
            complete(done, read(response, url));
          }

          @Override
          public void onFailure(Call done, IOException e) {
            complete(done, PollResult.failed(translate(e, url)));
          }

          private void complete(Call done, PollResult result) {
            transport.signing.forget(done);
            try {
              if (event != null) {
                event.record(service, job, url, result);
              }
            } finally {
              sink.accept(result);
            }
          }
        };
    Call call = transport.client.newCall(request);
    transport.signing.enqueue(call, new PollContext(url, endpoint, job, generation), callback);
    return () -> Transport.cancel(call);
  }

  /** Gateways count the requests of a project at an endpoint. */
  @Override
  public Object quota(JobRef job) {
    return new Quota(endpoint, job.projectId());
  }

  private record Quota(HttpUrl endpoint, String projectId) {
    @Override
    public String toString() {
      return "project " + projectId + " at " + endpoint;
    }
  }

  private PollResult read(Response response, HttpUrl url) {
    try (response) {
      return transport.reader.read(response);
    } catch (Throwable t) { // the sink must be called
      Secrets secrets = RequestHeaders.secretsOf(response.request());
      return PollResult.failed(translate(t instanceof IOException e ? secrets.hide(e) : t, url));
    }
  }

  private static JobsException translate(Throwable t, HttpUrl url) {
    IOException carrier = Transport.wrap(t);
    JobsException ours = Transport.wrappedIn(carrier);
    return ours != null
        ? ours
        : new JobsTransportException(
            "no response from GET " + url + ": " + Throwables.describe(carrier), carrier);
  }

  /** Returns the request that a poll would send now, signed. It contains a secret. */
  public Request signedRequest(JobRef job) {
    return transport.signing.sign(unsigned(job));
  }

  /** Returns the URL with the signature in its query, to be sent without headers; a secret. */
  public HttpUrl presignedUrl(JobRef job, Duration validity) {
    return transport.signing.presign(new Request.Builder().url(url(job)).build(), validity);
  }

  /** True if both poll the same jobs in the same way, whatever the service's name. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobPoller that
        && transport == that.transport
        && endpoint.equals(that.endpoint)
        && template.equals(that.template);
  }

  @Override
  public int hashCode() {
    return Objects.hash(System.identityHashCode(transport), endpoint, template);
  }
}
