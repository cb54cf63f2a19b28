package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.ProxyRefusalException;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
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

/**
 * Polls the jobs of one service at one endpoint: url → sign → call → answer or error. Thread-safe.
 */
public final class JobPoller {
  private final Transport transport;
  private final Endpoint endpoint;
  private final PathTemplate template;
  private final String service;

  /**
   * Creates a poller.
   *
   * @param service whose jobs these are, for people
   */
  public JobPoller(Transport transport, Endpoint endpoint, PathTemplate template, String service) {
    this.transport = transport;
    this.endpoint = endpoint;
    this.template = template;
    this.service = service;
  }

  /** The address of the service. */
  public HttpUrl endpoint() {
    return endpoint.url();
  }

  /** Where a job is asked for. */
  public HttpUrl url(JobRef job) {
    return endpoint.jobUrl(template, job);
  }

  /** What a wait, or a poll, notes as it begins; see {@link #start}. */
  public int mark() {
    return transport.brakeMark();
  }

  /** Returns what ends the waits for a job because of a refusal; null if they go on. */
  public @Nullable AuthenticationException endBy(CredentialsRefused refusal, JobRef job) {
    return refusal.holdsAt(endpoint.url(), job) ? refusal.of(url(job)) : null;
  }

  /** Polls once and blocks until the response has been read; see {@link #pollAnswer}. */
  public Job poll(JobRef job) {
    Answer answer = pollAnswer(requireNonNull(job, "job"));
    if (answer.error() != null) {
      throw calledHere(answer.error());
    }
    return requireNonNull(answer.job());
  }

  /**
   * Appends the caller's stack trace to that of an error that was made on a thread of the
   * transport, which does not show where the poll was called.
   */
  private static JobsException calledHere(JobsException error) {
    StackTraceElement[] made = error.getStackTrace();
    StackTraceElement[] called = new Throwable().getStackTrace();
    if (Arrays.stream(made).noneMatch(frame -> isSameMethod(frame, called[0]))) {
      StackTraceElement[] both = Arrays.copyOf(made, made.length + called.length);
      System.arraycopy(called, 0, both, made.length, called.length);
      error.setStackTrace(both);
    }
    return error;
  }

  private static boolean isSameMethod(StackTraceElement one, StackTraceElement other) {
    return one.getClassName().equals(other.getClassName())
        && one.getMethodName().equals(other.getMethodName());
  }

  /**
   * Polls once and blocks until the response has been read; an error is an answer too. An interrupt
   * cancels the call and is answered at once by a {@link JobsTransportException}; the thread stays
   * interrupted. A thread that is interrupted already sends nothing.
   */
  public Answer pollAnswer(JobRef job) {
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(job, null);
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Call call;
    try {
      call = start(job, mark(), answer::complete);
    } catch (Throwable crash) { // of an event listener of the user's, say
      return Answer.of(
          new JobsException("the poll could not be sent: " + Throwables.describe(crash), crash));
    }
    try {
      return answer.get();
    } catch (InterruptedException e) {
      transport.cancel(call);
      Thread.currentThread().interrupt();
      return interrupted(job, e);
    } catch (ExecutionException impossible) { // it is only ever completed with an answer
      throw new AssertionError(impossible);
    }
  }

  private Answer interrupted(JobRef job, @Nullable InterruptedException cause) {
    String problem = "no answer from GET " + url(job) + ": the thread was interrupted";
    return Answer.of(new JobsTransportException(problem, cause));
  }

  /**
   * Begins to measure a poll; null if this process never recorded a flight. Then the event's class
   * is not even loaded, which takes a tenth of a second.
   */
  private static @Nullable PollEvent measure() {
    return FlightRecorder.isInitialized() ? PollEvent.start() : null;
  }

  private void note(@Nullable PollEvent event, JobRef job, Request unsigned, Answer answer) {
    if (event != null) {
      event.record(service, job, unsigned.url(), answer);
    }
  }

  /**
   * Polls on a thread of the transport.
   *
   * @param mark what {@link #mark} said when the poll's wait began: a refusal of credentials since
   *     ends it without a request
   * @param answered is called once, on that thread; must not throw
   * @return the call, to be cancelled
   */
  public Call start(JobRef job, int mark, Consumer<Answer> answered) {
    Request unsigned = unsigned(job, mark);
    PollEvent event = measure();
    Call call = transport.client().newCall(unsigned);
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call done, Response response) {
            tell(read(response, unsigned));
          }

          @Override
          public void onFailure(Call done, IOException e) {
            tell(Answer.of(translate(e, unsigned)));
          }

          private void tell(Answer answer) {
            try {
              note(event, job, unsigned, answer);
            } finally {
              answered.accept(answer);
            }
          }
        });
    return call;
  }

  private Answer read(Response response, Request unsigned) {
    try (response) {
      return transport.reader().read(response, transport.now());
    } catch (Throwable t) { // nothing may keep the answer from being told
      return Answer.of(translate(RequestHeaders.secretsOf(response.request()).hide(t), unsigned));
    }
  }

  private static JobsException translate(Throwable t, Request unsigned) {
    JobsServiceException proxy = ProxyRefusalException.in(t, "GET " + unsigned.url());
    if (proxy != null) {
      return proxy;
    }
    JobsException carried = CarriedException.in(t);
    if (carried != null) {
      return carried;
    }
    if (t instanceof JobsException ours) {
      return ours;
    }
    if (t instanceof IOException || t instanceof InterruptedException) {
      return new JobsTransportException(
          "no answer from GET " + unsigned.url() + ": " + Throwables.describe(t), t);
    }
    return new JobsException(
        "the poll of " + unsigned.url() + " failed: " + Throwables.describe(t), t);
  }

  /** The request that a poll would send now, signed: a secret. */
  public Request signedRequest(JobRef job) {
    Request unsigned = unsigned(url(job)).build();
    return transport
        .signer()
        .sign(
            unsigned,
            transport.credentials(),
            transport.signingTime(),
            transport.headers().signedNames());
  }

  /** The URL with the signature in its query, which needs no header beside it: a secret. */
  public HttpUrl presignedUrl(JobRef job, Duration validity) {
    return transport
        .signer()
        .presign(
            new Request.Builder().url(url(job)).build(),
            transport.credentials(),
            transport.signingTime(),
            validity);
  }

  private Request.Builder unsigned(HttpUrl url) {
    return transport.headers().addTo(new Request.Builder().url(url));
  }

  private Request unsigned(JobRef job, int mark) {
    HttpUrl url = url(job);
    return unsigned(url).tag(PollTag.class, new PollTag(url, endpoint.url(), job, mark)).build();
  }

  /** True for one that polls the same jobs in the same way, whatever the service is called. */
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
