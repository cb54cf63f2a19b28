package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.http.CredentialBreaker.Rejection;
import io.github.cloudjobs.http.PathTemplate.JobUrls;
import io.github.cloudjobs.http.Transport.WrappedJobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.Throwables;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Polls the jobs of one service at one endpoint. Thread-safe. */
public final class JobPoller {
  private final Transport transport;
  private final Endpoint endpoint;
  private final PathTemplate template;
  private final JobUrls urls;
  private final String service;
  private volatile @Nullable Target last; // the same job is usually polled again

  private record Target(JobRef job, Request unsigned) {}

  /**
   * Creates a poller.
   *
   * @param service name of the service, for flight recordings
   */
  public JobPoller(Transport transport, Endpoint endpoint, PathTemplate template, String service) {
    this.transport = transport;
    this.endpoint = endpoint;
    this.template = template;
    this.urls = template.at(endpoint.url());
    this.service = service;
  }

  /** The address of the service. */
  public HttpUrl endpoint() {
    return endpoint.url();
  }

  /** The URL of a job. */
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

  /** The generation of the credentials now; see {@link #start}. */
  public int generation() {
    return transport.breaker.generation();
  }

  /** Returns the error that ends a job's waits after a rejection; null if they continue. */
  public @Nullable AuthenticationException errorOf(Rejection rejection, JobRef job) {
    return rejection.holdsAt(endpoint.url(), job) ? rejection.errorFor(url(job)) : null;
  }

  /** Polls once and blocks until the response has been read; see {@link #pollAnswer}. */
  public Job poll(JobRef job) {
    Answer answer = pollAnswer(requireNonNull(job, "job"));
    if (answer.error() != null) {
      throw withCallersStack(answer.error());
    }
    return requireNonNull(answer.job());
  }

  /**
   * Appends the caller's stack trace to that of an exception. One created on an I/O thread does not
   * show where the poll was called.
   */
  private static JobsException withCallersStack(JobsException error) {
    StackTraceElement[] thrown = error.getStackTrace();
    StackTraceElement[] caller = new Throwable().getStackTrace();
    if (Arrays.stream(thrown).noneMatch(frame -> isSameMethod(frame, caller[0]))) {
      StackTraceElement[] both = Arrays.copyOf(thrown, thrown.length + caller.length);
      System.arraycopy(caller, 0, both, thrown.length, caller.length);
      error.setStackTrace(both);
    }
    return error;
  }

  private static boolean isSameMethod(StackTraceElement one, StackTraceElement other) {
    return one.getClassName().equals(other.getClassName())
        && one.getMethodName().equals(other.getMethodName());
  }

  /**
   * Polls once and blocks until the response has been read; a failure is returned too. An interrupt
   * cancels the call and is returned at once as a {@link JobsTransportException}; the thread stays
   * interrupted. If it was interrupted before, no request is sent.
   */
  public Answer pollAnswer(JobRef job) {
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(job, null);
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Call call;
    try {
      call = start(job, generation(), answer::complete);
    } catch (Throwable crash) { // of a user's event listener, for example
      return Answer.of(
          new JobsException("the poll could not be sent: " + Throwables.describe(crash), crash));
    }
    try {
      return answer.get();
    } catch (InterruptedException e) {
      transport.cancel(call);
      Thread.currentThread().interrupt();
      return interrupted(job, e);
    } catch (ExecutionException impossible) { // it is only completed normally
      throw new AssertionError(impossible);
    }
  }

  private Answer interrupted(JobRef job, @Nullable InterruptedException cause) {
    String problem = "no answer from GET " + url(job) + ": the thread was interrupted";
    return Answer.of(new JobsTransportException(problem, cause));
  }

  /**
   * Polls on an I/O thread.
   *
   * @param generation {@link #generation()} when the poll, or its wait, started: if the credentials
   *     are rejected after that, the poll fails without a request
   * @param receiver called once, on that thread; must not throw
   * @return the call, to be cancelled
   */
  public Call start(JobRef job, int generation, Consumer<Answer> receiver) {
    Request unsigned = unsigned(job);
    HttpUrl url = unsigned.url();
    PollContext context = new PollContext(url, endpoint.url(), job, generation);
    Request request = unsigned.newBuilder().tag(PollContext.class, context).build();
    // Before the first recording, not even the event's class is loaded: that takes 0.1 s.
    PollEvent event = FlightRecorder.isInitialized() ? PollEvent.start() : null;
    Call call = transport.client.newCall(request);
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call done, Response response) {
            complete(read(response, url));
          }

          @Override
          public void onFailure(Call done, IOException e) {
            complete(Answer.of(translate(e, url)));
          }

          private void complete(Answer answer) {
            try {
              if (event != null) {
                event.record(service, job, url, answer);
              }
            } finally {
              receiver.accept(answer);
            }
          }
        });
    return call;
  }

  private Answer read(Response response, HttpUrl url) {
    try (response) {
      return transport.reader.read(response, transport.now());
    } catch (Throwable t) { // the receiver must be called
      return Answer.of(translate(RequestHeaders.secretsOf(response.request()).hide(t), url));
    }
  }

  private static JobsException translate(Throwable t, HttpUrl url) {
    JobsException proxy = ProxyLogin.refusalIn(t, "GET " + url);
    if (proxy != null) {
      return proxy;
    }
    boolean lost =
        t instanceof IOException
            && Throwables.chain(t).stream().noneMatch(WrappedJobsException.class::isInstance);
    return lost
        ? new JobsTransportException("no answer from GET " + url + ": " + Throwables.describe(t), t)
        : WrappedJobsException.unwrap(t);
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
