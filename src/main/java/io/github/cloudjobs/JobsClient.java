package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.Cloud.Region;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.engine.PollLimits;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.http.HttpSettings;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.http.RequestHeaders;
import io.github.cloudjobs.http.Transport;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Queries the jobs of one service at one endpoint, and waits for them to end. Thread-safe; build
 * one for each endpoint and keep it.
 *
 * <pre>{@code
 * JobsClient ecs = JobsClient.builder()
 *     .service(JobsService.ECS)
 *     .endpoint("https://ecs.eu-de.otc.t-systems.com")
 *     .credentials(Credentials.accessKey(ak, sk))
 *     .build();
 * Job done = ecs.waitForCompletion(projectId, jobId);
 * }</pre>
 *
 * <p>The end of a wait does not stop its job. A blocking wait ends when its thread is interrupted.
 * A future completes on the {@link Builder#executor executor}, with the result or the exception of
 * the blocking method; cancelling or completing it, also by {@code orTimeout(..)}, ends its waits
 * and cancels the call in flight.
 *
 * <p>Ids that {@link JobRef} refuses and null durations cause an {@link IllegalArgumentException},
 * any other null a {@link NullPointerException}, any method of a closed client an {@link
 * IllegalStateException}.
 */
public final class JobsClient implements AutoCloseable {
  private final SharedResources shared;
  private final boolean built; // not made by with(): closing it closes the shared resources
  private final JobsService service;
  private final JobPoller poller;
  private final Waits waits;

  private JobsClient(
      SharedResources shared, boolean built, JobsService service, Endpoint endpoint) {
    this.shared = shared;
    this.built = built;
    this.service = service;
    this.poller = new JobPoller(shared.transport, endpoint, service.pathTemplate(), service.name());
    this.waits = new Waits(shared, poller, service);
  }

  /** Returns a builder; a service, an endpoint or a region, and credentials are required. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the URL of a job: see {@link #jobUrl(JobRef)}. */
  public HttpUrl jobUrl(String projectId, String jobId) {
    return jobUrl(new JobRef(projectId, jobId));
  }

  /** Returns the URL that a poll of a job requests, without a signature. No I/O. */
  public HttpUrl jobUrl(JobRef job) {
    waits.checkOpen();
    return poller.url(job);
  }

  /** Returns the request that a poll would send now: see {@link #signedRequest(JobRef)}. */
  public Request signedRequest(String projectId, String jobId) {
    return signedRequest(new JobRef(projectId, jobId));
  }

  /**
   * Returns the request that a poll would send now, signed: a secret, since it is valid for about
   * 15 minutes and its {@code toString()} prints its headers.
   */
  public Request signedRequest(JobRef job) {
    waits.checkOpen();
    return poller.signedRequest(job);
  }

  /** Returns a URL that needs no headers: see {@link #presignedUrl(JobRef, Duration)}. */
  public HttpUrl presignedUrl(String projectId, String jobId, Duration validity) {
    return presignedUrl(new JobRef(projectId, jobId), validity);
  }

  /**
   * Returns the URL of a job with a signature in its query, valid for 1 second to 7 days: a secret.
   * <strong>Unproven:</strong> no public gateway is known to accept it.
   *
   * @throws IllegalArgumentException if the credentials are not a permanent access key
   */
  public HttpUrl presignedUrl(JobRef job, Duration validity) {
    waits.checkOpen();
    return poller.presignedUrl(job, validity);
  }

  /** Queries a job once and returns its current state: see {@link #pollJob(JobRef)}. */
  public Job pollJob(String projectId, String jobId) {
    return pollJob(new JobRef(projectId, jobId));
  }

  /**
   * Queries a job once, with one signed GET, and blocks until the response has been read.
   *
   * @return the job as it is now, failed or not
   * @throws JobsServiceException for an error response: see its subclasses
   * @throws JobsTransportException if there is no response, or the thread is interrupted; the
   *     interrupt flag stays set
   * @throws MalformedJobException if the response is not a job
   */
  public Job pollJob(JobRef job) {
    return waits.poll(job);
  }

  /** Queries a job once, without blocking: see {@link #pollJobAsync(JobRef)}. */
  public CompletableFuture<Job> pollJobAsync(String projectId, String jobId) {
    return pollJobAsync(new JobRef(projectId, jobId));
  }

  /** Queries a job once like {@link #pollJob(JobRef)}, without blocking. */
  public CompletableFuture<Job> pollJobAsync(JobRef job) {
    return waits.pollAsync(job);
  }

  /** Blocks for an hour at most: see {@link #waitForCompletion(JobRef, WaitOptions)}. */
  public Job waitForCompletion(String projectId, String jobId) throws InterruptedException {
    return waitForCompletion(new JobRef(projectId, jobId));
  }

  /** Blocks until a job has succeeded: see {@link #waitForCompletion(JobRef, Duration)}. */
  public Job waitForCompletion(String projectId, String jobId, Duration timeout)
      throws InterruptedException {
    return waitForCompletion(new JobRef(projectId, jobId), timeout);
  }

  /** Blocks until a job has succeeded: see {@link #waitForCompletion(JobRef, WaitOptions)}. */
  public Job waitForCompletion(String projectId, String jobId, WaitOptions options)
      throws InterruptedException {
    return waitForCompletion(new JobRef(projectId, jobId), options);
  }

  /** Blocks for an hour at most: see {@link #waitForCompletion(JobRef, WaitOptions)}. */
  public Job waitForCompletion(JobRef job) throws InterruptedException {
    return waitForCompletion(job, WaitOptions.defaults());
  }

  /** Like {@link #waitForCompletion(JobRef, WaitOptions)}, with a timeout; zero polls once. */
  public Job waitForCompletion(JobRef job, Duration timeout) throws InterruptedException {
    return waitForCompletion(job, WaitOptions.builder().timeout(timeout).build());
  }

  /**
   * Blocks until a job has succeeded. Returns or throws by the deadline plus the call timeout, of
   * which at most 5 seconds count, even if the executor runs no tasks.
   *
   * @throws JobFailedException if the job has status FAIL
   * @throws JobWaitTimeoutException if the job has not ended in time
   * @throws JobVanishedException if the service has not known the job for 30 seconds
   * @throws JobPollException if polls are refused, too many failed, or the client was closed
   */
  public Job waitForCompletion(JobRef job, WaitOptions options) throws InterruptedException {
    return waits.await(waits.begin(job, options)).jobOrThrow();
  }

  /** Waits for an hour at most: see {@link #waitForCompletionAsync(JobRef, WaitOptions)}. */
  public CompletableFuture<Job> waitForCompletionAsync(String projectId, String jobId) {
    return waitForCompletionAsync(new JobRef(projectId, jobId));
  }

  /** Waits without a thread: see {@link #waitForCompletionAsync(JobRef, WaitOptions)}. */
  public CompletableFuture<Job> waitForCompletionAsync(
      String projectId, String jobId, WaitOptions options) {
    return waitForCompletionAsync(new JobRef(projectId, jobId), options);
  }

  /** Waits for an hour at most: see {@link #waitForCompletionAsync(JobRef, WaitOptions)}. */
  public CompletableFuture<Job> waitForCompletionAsync(JobRef job) {
    return waitForCompletionAsync(job, WaitOptions.defaults());
  }

  /** Waits like {@link #waitForCompletion(JobRef, WaitOptions)}, without a thread; cancellable. */
  public CompletableFuture<Job> waitForCompletionAsync(JobRef job, WaitOptions options) {
    return waits.startForJob(waits.begin(job, options));
  }

  /** Blocks for an hour at most: see {@link #awaitOutcome(JobRef, WaitOptions)}. */
  public WaitOutcome awaitOutcome(String projectId, String jobId) throws InterruptedException {
    return awaitOutcome(new JobRef(projectId, jobId));
  }

  /** Blocks until a job ends, failed or not: see {@link #awaitOutcome(JobRef, WaitOptions)}. */
  public WaitOutcome awaitOutcome(String projectId, String jobId, WaitOptions options)
      throws InterruptedException {
    return awaitOutcome(new JobRef(projectId, jobId), options);
  }

  /** Blocks for an hour at most: see {@link #awaitOutcome(JobRef, WaitOptions)}. */
  public WaitOutcome awaitOutcome(JobRef job) throws InterruptedException {
    return awaitOutcome(job, WaitOptions.defaults());
  }

  /**
   * Blocks like {@link #waitForCompletion(JobRef, WaitOptions)}, but returns how the job ended:
   * only a {@link JobPollException} is thrown.
   */
  public WaitOutcome awaitOutcome(JobRef job, WaitOptions options) throws InterruptedException {
    return waits.await(waits.begin(job, options)).outcomeOrThrow();
  }

  /** Waits like {@link #awaitOutcome(JobRef, WaitOptions)}, without a thread. */
  public CompletableFuture<WaitOutcome> awaitOutcomeAsync(JobRef job, WaitOptions options) {
    return waits.startForOutcome(waits.begin(job, options));
  }

  /**
   * Blocks until many jobs have ended, failed or not. They are polled at the same time, within the
   * service's quota; a job that is listed twice is polled once.
   *
   * @return how each job ended, in the order of {@code jobs}
   * @throws WaitForAllException if polling cannot go on for a job, or one did not succeed and
   *     {@link WaitOptions.Builder#stopAtFirstFailure} is set
   */
  public List<WaitOutcome> waitForAll(Collection<JobRef> jobs, WaitOptions options)
      throws InterruptedException {
    return waits.startAll(jobs, options).await();
  }

  /** Like {@link #waitForAll}, without blocking. */
  public CompletableFuture<List<WaitOutcome>> waitForAllAsync(
      Collection<JobRef> jobs, WaitOptions options) {
    return waits.startAll(jobs, options).future();
  }

  /**
   * Returns the token of a wait that begins now, for {@link #resume} or {@link #pollOnce} in this
   * process or another; {@link WaitToken} lists the options that it keeps.
   */
  public WaitToken newToken(JobRef job, WaitOptions options) {
    return waits.begin(job, options).token();
  }

  /**
   * Resumes {@link #waitForCompletion(JobRef, WaitOptions)} as if it had not been interrupted, but
   * without listeners. After the deadline, polls once.
   *
   * @param token from {@link #newToken}, a {@code WaitProgress} or a {@code JobWaitException}
   * @throws IllegalArgumentException if the token is damaged, or of another endpoint or path
   */
  public Job resume(WaitToken token) throws InterruptedException {
    return waits.await(waits.kept(token)).jobOrThrow();
  }

  /** Like {@link #resume(WaitToken)}, with one listener. */
  public Job resume(WaitToken token, WaitListener listener) throws InterruptedException {
    return waits.await(waits.kept(token).with(listener)).jobOrThrow();
  }

  /** Like {@link #resume(WaitToken)}, with other options, whose timeout starts now. */
  public Job resume(WaitToken token, WaitOptions options) throws InterruptedException {
    return waits.await(waits.kept(token).with(options)).jobOrThrow();
  }

  /** Like {@link #resume(WaitToken)}, without blocking. */
  public CompletableFuture<Job> resumeAsync(WaitToken token) {
    return waits.startForJob(waits.kept(token));
  }

  /** Like {@link #resume(WaitToken, WaitListener)}, without blocking. */
  public CompletableFuture<Job> resumeAsync(WaitToken token, WaitListener listener) {
    return waits.startForJob(waits.kept(token).with(listener));
  }

  /** Like {@link #resume(WaitToken, WaitOptions)}, without blocking. */
  public CompletableFuture<Job> resumeAsync(WaitToken token, WaitOptions options) {
    return waits.startForJob(waits.kept(token).with(options));
  }

  /** Like {@link #resume(WaitToken)}, but returns how the job ended: see {@link #awaitOutcome}. */
  public WaitOutcome resumeOutcome(WaitToken token) throws InterruptedException {
    return waits.await(waits.kept(token)).outcomeOrThrow();
  }

  /** Like {@link #resumeOutcome(WaitToken)}, with one listener. */
  public WaitOutcome resumeOutcome(WaitToken token, WaitListener listener)
      throws InterruptedException {
    return waits.await(waits.kept(token).with(listener)).outcomeOrThrow();
  }

  /** Like {@link #resumeOutcome(WaitToken)}, with other options, whose timeout starts now. */
  public WaitOutcome resumeOutcome(WaitToken token, WaitOptions options)
      throws InterruptedException {
    return waits.await(waits.kept(token).with(options)).outcomeOrThrow();
  }

  /** Like {@link #resumeOutcome(WaitToken)}, without blocking. */
  public CompletableFuture<WaitOutcome> resumeOutcomeAsync(WaitToken token) {
    return waits.startForOutcome(waits.kept(token));
  }

  /** Like {@link #resumeOutcome(WaitToken, WaitListener)}, without blocking. */
  public CompletableFuture<WaitOutcome> resumeOutcomeAsync(WaitToken token, WaitListener listener) {
    return waits.startForOutcome(waits.kept(token).with(listener));
  }

  /** Like {@link #resumeOutcome(WaitToken, WaitOptions)}, without blocking. */
  public CompletableFuture<WaitOutcome> resumeOutcomeAsync(WaitToken token, WaitOptions options) {
    return waits.startForOutcome(waits.kept(token).with(options));
  }

  /**
   * Makes one poll of a wait, at once, and returns the next step, for a scheduler that outlives
   * this process. A failed poll is not thrown: it is tolerated, or ends the wait.
   *
   * @param token from {@link #newToken} at first, then from the latest {@link PollStep.Again}
   * @throws JobsTransportException if the thread is interrupted before there is a response
   */
  public PollStep pollOnce(WaitToken token) {
    return waits.pollOnce(token);
  }

  /**
   * Returns a client of another service in the same region that shares this one's connections,
   * threads and credentials. Closing it ends its own waits only.
   *
   * @throws IllegalStateException if this client was built with {@link Builder#endpoint}
   */
  public JobsClient with(JobsService service) {
    waits.checkOpen();
    return new JobsClient(shared, false, service, shared.endpoint(service));
  }

  /** Like {@link #with(JobsService)}, for a service at any {@link Builder#endpoint endpoint}. */
  public JobsClient with(JobsService service, String endpoint) {
    waits.checkOpen();
    Endpoint other = Endpoint.parse(endpoint, shared.connection, service.pathTemplate());
    return new JobsClient(shared, false, service, other);
  }

  /**
   * Ends the waits of this client, each with a {@link JobPollException}; if it was built, also the
   * waits of the clients made from it by {@code with(..)}, and all calls in flight. Then waits, for
   * 5 seconds at most, until the callbacks that this caused have returned, unless called from one.
   */
  @Override
  public void close() {
    if (built) {
      shared.close();
    } else {
      waits.close();
    }
  }

  @Override
  public String toString() {
    return "JobsClient[" + service + " at " + poller.endpoint() + "]";
  }

  /**
   * Builds clients; not thread-safe, reusable. A value out of its range causes an {@link
   * IllegalArgumentException} at once, any other null a {@link NullPointerException}.
   */
  public static final class Builder {
    private @Nullable JobsService service;
    private @Nullable String endpoint;
    private @Nullable Region region;
    private @Nullable CredentialsProvider credentials;
    private @Nullable OkHttpClient httpClient;
    private ConnectionSettings connection = ConnectionSettings.DEFAULTS;
    private RequestHeaders headers = RequestHeaders.STANDARD;
    private @Nullable Duration connectTimeout;
    private @Nullable Duration callTimeout;
    private @Nullable Executor executor;
    private Clock clock = Clock.systemUTC();
    private RequestSigner signer = RequestSigner.standard();
    private int maxBodyBytes = 8 << 20; // a batch of 20,000 sub-jobs
    private PollLimits limits = PollLimits.DEFAULTS;

    private Builder() {}

    /** The service to query. Required. */
    public Builder service(JobsService service) {
      this.service = requireNonNull(service, "service");
      return this;
    }

    /**
     * The URL of the service, such as {@code https://ecs.eu-de.otc.t-systems.com}; required unless
     * {@link #region} is set. User info, a query, a fragment, a path that belongs to the API, and
     * plain {@code http} to any host but loopback are refused.
     */
    public Builder endpoint(String endpoint) {
      this.endpoint = requireNonNull(endpoint, "endpoint");
      return this;
    }

    /**
     * The region, listed or not, and the cloud of the service, instead of an {@link #endpoint}. As
     * in the vendor's SDK, an environment variable such as {@code
     * HUAWEICLOUD_SDK_REGION_ECS_CN_NORTH_9} overrides the host, for any cloud.
     */
    public Builder region(String region, Cloud cloud) {
      return region(new Region(cloud, region, System.getenv()));
    }

    /** For tests, with another environment. */
    Builder region(Region region) {
      this.region = region;
      return this;
    }

    /** The access key or token of every request. Credentials or a provider are required. */
    public Builder credentials(Credentials credentials) {
      return credentials(CredentialsProvider.of(credentials));
    }

    /** The provider that is called for the credentials of every request. */
    public Builder credentials(CredentialsProvider credentials) {
      this.credentials = requireNonNull(credentials, "credentials");
      return this;
    }

    /**
     * An OkHttp client whose connections, proxy, DNS, TLS settings, timeouts and interceptors are
     * used unless this builder sets others; it is never changed or closed. If neither its read
     * timeout nor two of its pings fit into a call, the read timeout is half the call timeout. Its
     * network interceptors see signatures and tokens; its event listeners must not block.
     */
    public Builder httpClient(OkHttpClient httpClient) {
      this.httpClient = requireNonNull(httpClient, "httpClient");
      return this;
    }

    /**
     * An HTTP proxy for all requests, with a port from 1 to 65535. Defaults to that of {@link
     * #httpClient}, else the JVM's.
     */
    public Builder proxy(String host, int port) {
      this.connection = connection.withProxy(host, port, ProxyLogin.NONE);
      return this;
    }

    /**
     * Like {@link #proxy(String, int)}, with Basic authentication in UTF-8. Neither user nor
     * password appears in exceptions, logs or {@code toString()}. The array is copied.
     */
    public Builder proxy(String host, int port, String user, char[] password) {
      this.connection = connection.withProxy(host, port, ProxyLogin.of(user, password));
      return this;
    }

    /**
     * A PEM file of certificate authorities that are trusted in addition to the default ones; 4 MiB
     * at most. It is read now; if it cannot be read, this throws an {@link
     * java.io.UncheckedIOException}. An {@link #httpClient} with a trust manager of its own is
     * refused by {@link #build()}; a default one with revocation checks, and client certificates,
     * are replaced.
     */
    public Builder trustedCertificates(Path pemFile) {
      this.connection = connection.withTrustedCertificates(pemFile);
      return this;
    }

    /**
     * An unsigned header of every poll; each name once, and none that this library or HTTP sets.
     * Error texts hide a value of eight characters or more if the name suggests a secret.
     */
    public Builder header(String name, String value) {
      this.headers = headers.with(name, value);
      return this;
    }

    /** A suffix of {@code User-Agent}, such as {@code order-service/2.1}; printable ASCII. */
    public Builder userAgentSuffix(String suffix) {
      this.headers = headers.withUserAgentSuffix(suffix);
      return this;
    }

    /** A signed {@code X-Project-Id} header in all polls, which a key needs for a sub-project. */
    public Builder projectHeader(String projectId) {
      this.headers = headers.withProject(projectId);
      return this;
    }

    /** The account's id in a signed {@code X-Domain-Id} header, for services without a region. */
    public Builder domainId(String domainId) {
      this.headers = headers.withDomain(domainId);
      return this;
    }

    /**
     * The wall clock, for signatures and tokens of waits. Defaults to the system's. With the clock
     * of a {@code VirtualTime}, waits take virtual time.
     */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /** The time that connecting may take, from 1 ms to 24 days. Defaults to 10 s. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = HttpSettings.checkTimeout("connectTimeout", timeout);
      return this;
    }

    /** The time that a poll may take in all, from 1 ms to 24 days. Defaults to 30 s. */
    public Builder callTimeout(Duration timeout) {
      this.callTimeout = HttpSettings.checkTimeout("callTimeout", timeout);
      return this;
    }

    /** Allows {@code http} beyond loopback, where others can read tokens; keys are never sent. */
    public Builder allowPlaintext() {
      this.connection = connection.withPlaintext();
      return this;
    }

    /** The size of the largest response, decompressed, from 1 to 2^30. Defaults to 8 MiB. */
    public Builder maxBodyBytes(long bytes) {
      if (bytes < 1 || bytes > 1 << 30) {
        throw new IllegalArgumentException("maxBodyBytes must be from 1 to 2^30: " + bytes);
      }
      this.maxBodyBytes = (int) bytes;
      return this;
    }

    /**
     * Signs in the older form, with {@code Credential=AK/date/region/service/sdk_request}. Region
     * and service may be empty; see {@link RequestSigner#scoped}. By default requests are signed in
     * the {@link RequestSigner#standard() current form}.
     */
    public Builder scopedSignature(String region, String service) {
      this.signer = RequestSigner.scoped(region, service);
      return this;
    }

    /**
     * The executor for listeners, schedules and future completions. Defaults to a pool of at most
     * {@link #maxPollsInFlight} daemon threads or 16, whichever is more. If an executor rejects a
     * task, its wait ends with a {@link JobPollException}.
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * The number of polls of waits and of {@code pollJobAsync} that may be in flight at once, also
     * of the clients made by {@code with(..)}; 1 or more. Defaults to 64.
     */
    public Builder maxPollsInFlight(int polls) {
      this.limits = limits.withInFlight(polls);
      return this;
    }

    /**
     * The number of polls per second that the service allows each project; waits use 90 % of it. By
     * default the rate adapts from 50, between 0.5 and 1,000, to the responses 429 and 503.
     */
    public Builder quota(double pollsPerSecond) {
      this.limits = limits.withQuota(pollsPerSecond);
      return this;
    }

    /**
     * Builds a client, without I/O. Throws an {@link IllegalStateException} if a setting is missing
     * or two do not go together, an {@link IllegalArgumentException} if the endpoint is refused.
     */
    public JobsClient build() {
      JobsService queried = required("service", service);
      Endpoint address = address(queried);
      CredentialsProvider provider = required("credentials", credentials);
      Duration perCall = HttpSettings.callTimeout(callTimeout, httpClient);
      int idle = limits.inFlight(); // a connection for each poll
      HttpSettings http =
          new HttpSettings(
              httpClient, connection, headers, connectTimeout, perCall, maxBodyBytes, idle);
      Transport transport = new Transport(http, provider, signer, clock);
      SharedResources shared =
          new SharedResources(transport, http.grace(), executor, limits, clock, connection, region);
      return new JobsClient(shared, true, queried, address);
    }

    private Endpoint address(JobsService queried) {
      if (region == null) {
        String url = required("endpoint(..) or region", endpoint);
        return Endpoint.parse(url, connection, queried.pathTemplate());
      }
      if (endpoint != null) {
        throw new IllegalStateException(
            "JobsClient.builder() has both endpoint(..) and region(..)");
      }
      return region.endpoint(queried, connection);
    }

    private static <T> T required(String name, @Nullable T value) {
      if (value == null) {
        throw new IllegalStateException("JobsClient.builder()." + name + "(..) is missing");
      }
      return value;
    }
  }
}
