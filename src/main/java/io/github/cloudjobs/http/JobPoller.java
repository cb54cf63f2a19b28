package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.engine.PollSource;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.CredentialBreaker.Rejection;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Polls the jobs of one service at one endpoint. Thread-safe. */
public final class JobPoller implements PollSource {
  private static final String JOB = "{job_id}";
  private static final String PROJECT = "{project_id}";

  /** Segments that are a placeholder or unreserved characters, but neither {@code .} nor .. */
  private static final Pattern PATH =
      Pattern.compile("(/(\\{job_id}|\\{project_id}|(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+))+");

  /** The characters of an id that are percent-encoded. */
  private static final Pattern RESERVED = Pattern.compile("[^A-Za-z0-9._~-]");

  final Transport transport;
  final HttpUrl endpoint;
  final String service;
  private final HttpUrl pattern; // the URL of any job: parsing each would cost twice as much
  private final int jobSegment;
  private final int projectSegment; // -1 for none
  private volatile Map.@Nullable Entry<JobRef, Request> last; // a job is usually polled again

  /** Creates a poller; the service's name is for flight recordings. */
  public JobPoller(Transport transport, Endpoint endpoint, String pathTemplate, String service) {
    this.transport = transport;
    this.endpoint = endpoint.url();
    String base = this.endpoint.encodedPath();
    String path = (base.equals("/") ? "" : base) + pathTemplate;
    List<String> segments = segments(path.substring(1));
    this.pattern = this.endpoint.newBuilder().encodedPath(path.replaceAll("[{}]", "")).build();
    this.jobSegment = segments.indexOf(JOB);
    this.projectSegment = segments.indexOf(PROJECT);
    this.service = service;
  }

  /** Checks the path of a job query, such as {@code /v1/{project_id}/jobs/{job_id}}. */
  public static String checkPathTemplate(@Nullable String text) {
    String path = String.valueOf(text); // null is refused as a path without a slash
    List<String> segments = segments(path);
    if (!PATH.matcher(path).matches()
        || Collections.frequency(segments, JOB) != 1
        || Collections.frequency(segments, PROJECT) > 1) {
      throw new IllegalArgumentException(
          "pathTemplate must be '/' and segments of letters, digits and - . _ ~, one of them"
              + " {job_id} and at most one {project_id}: "
              + SafeText.excerpt(path)
              + SafeText.invisibleNote(path));
    }
    return path;
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }

  public HttpUrl endpoint() {
    return endpoint;
  }

  public HttpUrl url(JobRef job) {
    return unsigned(job).url();
  }

  private HttpUrl urlOf(JobRef job) {
    HttpUrl.Builder url =
        pattern.newBuilder().setEncodedPathSegment(jobSegment, encoded(job.jobId()));
    if (projectSegment >= 0) {
      url.setEncodedPathSegment(projectSegment, encoded(job.projectId()));
    }
    return url.build();
  }

  /** Encodes everything but letters, digits and {@code - . _ ~}, as the signature does. */
  private static String encoded(String id) {
    return RESERVED.matcher(id).find()
        ? URLEncoder.encode(id, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~")
        : id;
  }

  private Request unsigned(JobRef job) {
    Map.Entry<JobRef, Request> target = last;
    if (target == null || !target.getKey().equals(job)) {
      Request unsigned = new Request.Builder().url(urlOf(job)).headers(transport.headers).build();
      target = Map.entry(job, unsigned);
      last = target;
    }
    return target.getValue();
  }

  public int generation() {
    return transport.signing.breaker.generation.get();
  }

  /** Returns the error that ends a job's waits after a rejection; null if they continue. */
  public @Nullable AuthenticationException errorOf(Rejection rejection, JobRef job) {
    return rejection.holdsFor(endpoint, job)
        ? ServiceErrors.refusedBefore(rejection.error(), url(job))
        : null;
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
      error.setStackTrace(trace.toArray(new StackTraceElement[0]));
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
    HttpPoll poll = new HttpPoll(this, job, unsigned(job), generation, sink);
    transport.start(poll);
    return () -> Transport.cancel(poll.call);
  }

  /** Gateways count the requests of a project at an endpoint. */
  @Override
  public Object quota(JobRef job) {
    return "project " + job.projectId() + " at " + endpoint;
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
        && pattern.equals(that.pattern)
        && jobSegment == that.jobSegment
        && projectSegment == that.projectSegment;
  }

  @Override
  public int hashCode() {
    return 31 * pattern.hashCode() + System.identityHashCode(transport);
  }
}
