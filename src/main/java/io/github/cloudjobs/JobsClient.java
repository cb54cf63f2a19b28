package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.Endpoint.PlainHttp;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.engine.CallbackPool;
import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PollLimits;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.http.HttpSettings;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.http.RequestHeaders;
import io.github.cloudjobs.http.Transport;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntFunction;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Queries the jobs of one service at one endpoint, and waits for them to end. Thread-safe; build
 * one for each endpoint and keep it.
 *
 * <pre>{@code
 * try (JobsClient ecs = JobsClient.builder()
 *     .service(JobsService.ECS)
 *     .endpoint("https://ecs.eu-de.otc.t-systems.com")
 *     .credentials(Credentials.accessKey(ak, sk))
 *     .build()) {
 *   Job done = ecs.waitForCompletion(projectId, jobId);
 * }
 * }</pre>
 *
 * <p>When a wait ends, the job goes on. A blocking wait ends when its thread is interrupted.
 * Futures complete on the client's {@link Builder#executor executor} with the result or exception
 * of the blocking method; cancelling or completing one, or its {@code orTimeout(..)}, ends its
 * waits and cancels the call in flight.
 *
 * <p>Ids that {@link JobRef} refuses and null durations cause an {@link IllegalArgumentException},
 * any other null a {@link NullPointerException}. Methods of a closed client throw an {@link
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
    this.poller = new JobPoller(shared.transport(), endpoint, service.template(), service.name());
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
   * Returns the request that a poll would send now, signed. It is valid for about 15 minutes and a
   * secret until then: do not log it, since {@code Request.toString()} prints its headers. Nothing
   * is sent; the credentials provider may do I/O.
   *
   * @throws JobsException if there are no credentials
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
   * Returns the URL of a job with the signature in its query, so that it needs no headers; it does
   * not contain {@code X-Project-Id} and {@code X-Domain-Id}. It is a secret while it is valid.
   *
   * <p><strong>Unproven:</strong> the vendor documents this form, but no public gateway is known to
   * accept it.
   *
   * @param validity from 1 second to 7 days
   * @throws IllegalArgumentException if the validity is out of range, or the credentials are not a
   *     permanent access key
   * @throws JobsException if there are no credentials
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
   * Credentials are fetched and interceptors run on a thread of the client's own.
   *
   * @return the job as it is now; a job that failed is returned like any other
   * @throws JobsServiceException for an error response: a {@code JobNotFoundException} if the
   *     service itself does not know the job, an {@link AuthenticationException} if the credentials
   *     are refused, a {@code ThrottledException} for 429 and 503
   * @throws JobsTransportException if there is no response, or the thread is interrupted: the call
   *     is then cancelled at once and the interrupt flag stays set
   * @throws MalformedJobException if the response is not a job
   * @throws JobsException if the credentials provider or an interceptor of the user's client fails
   */
  public Job pollJob(JobRef job) {
    waits.checkOpen();
    return shared.engine().holding(() -> poller.poll(job));
  }

  /** Queries a job once, without blocking: see {@link #pollJobAsync(JobRef)}. */
  public CompletableFuture<Job> pollJobAsync(String projectId, String jobId) {
    return pollJobAsync(new JobRef(projectId, jobId));
  }

  /** Queries a job once like {@link #pollJob(JobRef)}, without blocking. */
  public CompletableFuture<Job> pollJobAsync(JobRef job) {
    return waits.poll(job);
  }

  /**
   * Blocks until a job has succeeded, for an hour at most, with {@link WaitOptions#defaults()}.
   *
   * @throws JobWaitException otherwise: see {@link #waitForCompletion(JobRef, WaitOptions)}
   */
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
   * @return the job, with status SUCCESS
   * @throws InterruptedException if the thread is interrupted; the job goes on
   * @throws JobFailedException if the job has status FAIL
   * @throws JobWaitTimeoutException if the job has not ended in time
   * @throws JobVanishedException if the service has not known the job for 30 seconds
   * @throws JobPollException if polling cannot go on: polls are refused, too many of them failed,
   *     the credentials were refused (the cause is then the {@link AuthenticationException}), or
   *     the client was closed
   */
  public Job waitForCompletion(JobRef job, WaitOptions options) throws InterruptedException {
    return waits.await(job, options).jobOrThrow();
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
    return waits.start(job, options, WaitTermination::jobOrThrow);
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
   * Blocks like {@link #waitForCompletion(JobRef, WaitOptions)}, but returns how the job ended: a
   * failed job, a timeout and a job that vanished are outcomes and not exceptions.
   *
   * @return {@code Succeeded}, {@code Failed}, {@code TimedOut} or {@code Vanished}
   * @throws InterruptedException if the thread is interrupted; the job goes on
   * @throws JobPollException if polling cannot go on
   */
  public WaitOutcome awaitOutcome(JobRef job, WaitOptions options) throws InterruptedException {
    return waits.await(job, options).outcomeOrThrow();
  }

  /** Waits like {@link #awaitOutcome(JobRef, WaitOptions)}, without a thread. */
  public CompletableFuture<WaitOutcome> awaitOutcomeAsync(JobRef job, WaitOptions options) {
    return waits.start(job, options, WaitTermination::outcomeOrThrow);
  }

  /**
   * Blocks until many jobs have ended, failed or not. They are polled at the same time, without a
   * thread for each, within the service's quota; a job that is listed twice is polled once. {@link
   * WaitOptions.Builder#addListener Listeners} are notified of each as it ends.
   *
   * @param jobs none of them null; may be empty
   * @param options apply to each job
   * @return how each job ended, in the order of {@code jobs}
   * @throws InterruptedException if the thread is interrupted; the jobs go on
   * @throws WaitForAllException if polling cannot go on for a job, or one did not succeed and
   *     {@link WaitOptions.Builder#stopAtFirstFailure} is set; it has the results of all
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
   * Returns the token of a wait that begins now and that {@link #resume} or {@link #pollOnce}
   * continue, in this process or another. No I/O.
   *
   * @param options the part of them that {@link WaitToken} describes is kept
   */
  public WaitToken newToken(JobRef job, WaitOptions options) {
    return waits.newToken(job, options);
  }

  /**
   * Blocks until the job of a token has succeeded. Resumes the wait as if it had not been
   * interrupted, without listeners: the next poll is made at the planned time and the deadline is
   * unchanged. After the deadline, polls once.
   *
   * @param token from {@link #newToken}, a {@code WaitProgress} or a {@code JobWaitException}
   * @return the job, with status SUCCESS; throws like {@link #waitForCompletion(JobRef,
   *     WaitOptions)}
   * @throws IllegalArgumentException if the token is damaged, or of another endpoint or path
   */
  public Job resume(WaitToken token) throws InterruptedException {
    return waits.await(token, kept -> kept).jobOrThrow();
  }

  /** Like {@link #resume(WaitToken)}, with one listener. */
  public Job resume(WaitToken token, WaitListener listener) throws InterruptedException {
    return waits.await(token, kept -> kept.with(listener)).jobOrThrow();
  }

  /** Like {@link #resume(WaitToken)}, with other options, whose timeout starts now. */
  public Job resume(WaitToken token, WaitOptions options) throws InterruptedException {
    return waits.await(token, kept -> kept.with(options)).jobOrThrow();
  }

  /** Like {@link #resume(WaitToken)}, without blocking. */
  public CompletableFuture<Job> resumeAsync(WaitToken token) {
    return waits.resume(token, kept -> kept, WaitTermination::jobOrThrow);
  }

  /** Like {@link #resume(WaitToken, WaitListener)}, without blocking. */
  public CompletableFuture<Job> resumeAsync(WaitToken token, WaitListener listener) {
    return waits.resume(token, kept -> kept.with(listener), WaitTermination::jobOrThrow);
  }

  /** Like {@link #resume(WaitToken, WaitOptions)}, without blocking. */
  public CompletableFuture<Job> resumeAsync(WaitToken token, WaitOptions options) {
    return waits.resume(token, kept -> kept.with(options), WaitTermination::jobOrThrow);
  }

  /** Like {@link #resume(WaitToken)}, but returns how the job ended: see {@link #awaitOutcome}. */
  public WaitOutcome resumeOutcome(WaitToken token) throws InterruptedException {
    return waits.await(token, kept -> kept).outcomeOrThrow();
  }

  /** Like {@link #resumeOutcome(WaitToken)}, with one listener. */
  public WaitOutcome resumeOutcome(WaitToken token, WaitListener listener)
      throws InterruptedException {
    return waits.await(token, kept -> kept.with(listener)).outcomeOrThrow();
  }

  /** Like {@link #resumeOutcome(WaitToken)}, with other options, whose timeout starts now. */
  public WaitOutcome resumeOutcome(WaitToken token, WaitOptions options)
      throws InterruptedException {
    return waits.await(token, kept -> kept.with(options)).outcomeOrThrow();
  }

  /** Like {@link #resumeOutcome(WaitToken)}, without blocking. */
  public CompletableFuture<WaitOutcome> resumeOutcomeAsync(WaitToken token) {
    return waits.resume(token, kept -> kept, WaitTermination::outcomeOrThrow);
  }

  /** Like {@link #resumeOutcome(WaitToken, WaitListener)}, without blocking. */
  public CompletableFuture<WaitOutcome> resumeOutcomeAsync(WaitToken token, WaitListener listener) {
    return waits.resume(token, kept -> kept.with(listener), WaitTermination::outcomeOrThrow);
  }

  /** Like {@link #resumeOutcome(WaitToken, WaitOptions)}, without blocking. */
  public CompletableFuture<WaitOutcome> resumeOutcomeAsync(WaitToken token, WaitOptions options) {
    return waits.resume(token, kept -> kept.with(options), WaitTermination::outcomeOrThrow);
  }

  /**
   * Makes one poll of a wait, at once, and returns the next step, for a scheduler that outlives
   * this process. A poll before the time that the previous step named does no harm. A failed poll
   * is not thrown: it is tolerated by {@link PollStep.Again}, or ends the wait with {@link
   * PollStep.Failed}. A throttled one is followed by a pause that grows from 2 to 30 seconds, or by
   * the service's {@code Retry-After}.
   *
   * @param token from {@link #newToken} at first, then from the latest {@link PollStep.Again}
   * @return {@code Done}, {@code Failed}, or {@code Again} with the time and token of the next poll
   * @throws JobsTransportException if the thread was interrupted before there was a response: the
   *     call is cancelled at once, the token is still the state of the wait, and the interrupt flag
   *     stays set
   * @throws IllegalArgumentException if the token is damaged, or of another endpoint or path
   */
  public PollStep pollOnce(WaitToken token) {
    return waits.pollOnce(token);
  }

  /**
   * Returns a client of another service in the same region that shares this one's connections,
   * threads and credentials. Closing it ends its own waits only.
   *
   * @throws IllegalStateException if this client was built with {@link Builder#endpoint}
   * @throws IllegalArgumentException if the service has no host name, or an environment variable
   *     that overrides it is not an endpoint; see {@link Builder#region}
   */
  public JobsClient with(JobsService service) {
    waits.checkOpen();
    return new JobsClient(shared, false, service, shared.endpoint(service));
  }

  /**
   * Like {@link #with(JobsService)}, for a service at any endpoint.
   *
   * @throws IllegalArgumentException if the endpoint is refused; see {@link Builder#endpoint}
   */
  public JobsClient with(JobsService service, String endpoint) {
    waits.checkOpen();
    return new JobsClient(
        shared,
        false,
        service,
        Endpoint.parse(endpoint, shared.plainHttp(), service.pathTemplate()));
  }

  /**
   * Ends the waits of this client, each with a {@link JobPollException}. Closing a client that was
   * built also ends the waits of the clients made from it by {@code with(..)} and cancels calls in
   * flight; an {@link OkHttpClient} of the user's stays open.
   *
   * <p>Then waits, for 5 seconds at most, until the completions and listeners that this caused have
   * returned; those of dependents on another executor, as with {@code handleAsync}, are not waited
   * for. A warning in the log counts those that have not returned. Does not wait if called from a
   * callback of this client; an interrupt ends the waiting and the flag stays set.
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
    /** Up to this number, blocked callbacks delay no other wait. */
    private static final int MIN_CALLBACKS = 16;

    private @Nullable JobsService service;
    private @Nullable String endpoint;
    private @Nullable Regions region;
    private @Nullable CredentialsProvider credentials;
    private @Nullable OkHttpClient httpClient;
    private ConnectionSettings connection = ConnectionSettings.DEFAULTS;
    private RequestHeaders headers = RequestHeaders.STANDARD;
    private @Nullable Duration connectTimeout;
    private @Nullable Duration callTimeout;
    private @Nullable Executor executor;
    private Clock clock = Clock.systemUTC();
    private RequestSigner signer = RequestSigner.standard();
    private boolean allowPlaintext;
    private int maxBodyBytes = 8 << 20; // a batch of 20,000 sub-jobs
    private int maxPollsInFlight = 64; // OkHttp's own default for calls at once
    private IntFunction<PollLimits> limits = PollLimits::defaults;
    private @Nullable WaitTimer timer; // for tests

    private Builder() {}

    /** The service to query. Required. */
    public Builder service(JobsService service) {
      this.service = requireNonNull(service, "service");
      return this;
    }

    /**
     * The URL of the service, such as {@code https://ecs.eu-de.otc.t-systems.com}; required unless
     * {@link #region} is set. A base path is kept. {@link #build()} refuses user info, a query, a
     * fragment, a base path copied from a catalogue ({@code /v1}, a version and a project id), and
     * any scheme but {@code https} unless the host is loopback or {@link #allowPlaintext()} is set.
     */
    public Builder endpoint(String endpoint) {
      this.endpoint = requireNonNull(endpoint, "endpoint");
      return this;
    }

    /**
     * The region, such as {@code eu-de} in any case, and the cloud of the service, instead of an
     * {@link #endpoint}: the cloud's pattern gives the host name, also in regions that it does not
     * list and of the services that {@link JobsClient#with(JobsService)} selects. An environment
     * variable such as {@code HUAWEICLOUD_SDK_REGION_ECS_CN_NORTH_9}, named after service and
     * region, overrides it as in the vendor's SDK, for any cloud: its value up to the first comma
     * is the endpoint, with {@code https} as the default scheme.
     */
    public Builder region(String region, Cloud cloud) {
      return region(region, cloud, System::getenv);
    }

    /** For tests: the environment is a parameter. */
    Builder region(String region, Cloud cloud, Function<String, @Nullable String> environment) {
      requireNonNull(cloud, "cloud");
      this.region = new Regions(cloud, Regions.checkLabel("region", region), environment);
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
     * An OkHttp client from which this one's is derived: with its connections, proxy, DNS, TLS
     * settings, timeouts and interceptors unless this builder sets others, without redirects,
     * cookies and cache, and with threads of its own. It is never changed or closed. Without a call
     * timeout, 30 s are used; if neither its read timeout nor two of its pings fit into a call, the
     * read timeout is half the call timeout, so that a dead connection is noticed. Its network
     * interceptors see signatures and tokens; its event listeners must neither throw nor block.
     */
    public Builder httpClient(OkHttpClient httpClient) {
      this.httpClient = requireNonNull(httpClient, "httpClient");
      return this;
    }

    /**
     * An HTTP proxy for all requests, tunnelling to {@code https} endpoints; a name or an address,
     * and a port from 1 to 65535. {@code http.nonProxyHosts} does not apply. If the proxy requires
     * authentication, the poll fails with status 407 and the wait ends. Defaults to the proxy of
     * {@link #httpClient} or of the JVM's system properties; variables such as {@code HTTPS_PROXY}
     * are not read.
     */
    public Builder proxy(String host, int port) {
      this.connection = connection.withProxy(host, port, ProxyLogin.NONE);
      return this;
    }

    /**
     * Like {@link #proxy(String, int)}, with Basic authentication in UTF-8, sent once for each
     * connection. Neither user nor password appears in exceptions, logs or {@code toString()}. The
     * user is not blank and has no colon, the password may be empty and is not only blanks; neither
     * has control characters. The array is copied.
     */
    public Builder proxy(String host, int port, String user, char[] password) {
      this.connection = connection.withProxy(host, port, ProxyLogin.of(user, password));
      return this;
    }

    /**
     * A file of certificate authorities that are trusted in addition to the default ones, for a
     * service or an inspecting proxy with a private authority: PEM blocks {@code CERTIFICATE} or
     * {@code PKCS7}, of 4 MiB at most, between which other text and private keys are ignored. It is
     * read now and not again; host names are still verified. It cannot be combined with an {@link
     * #httpClient} that has a trust manager of its own; one that only adds revocation checks to the
     * JVM's authorities looks like the default one and is replaced, so add the authorities to it
     * instead. The client certificate of an {@code httpClient} is not used.
     *
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it has no certificate, an unreadable one, or an OpenSSL
     *     {@code TRUSTED CERTIFICATE}
     */
    public Builder trustedCertificates(Path pemFile) {
      this.connection = connection.withTrustedCertificates(pemFile);
      return this;
    }

    /**
     * A header that is sent with every poll, unsigned; each name once. Refused are headers that
     * this library or HTTP sets: {@code Host}, {@code User-Agent}, {@code Accept}, {@code
     * Authorization}, {@code X-Auth-Token}, {@code X-Security-Token}, {@code X-Project-Id}, {@code
     * X-Domain-Id}, {@code X-Sdk-*}, {@code Content-*}, {@code Proxy-*}, {@code If-*} and the
     * hop-by-hop headers. The value is printable ASCII and may be empty; error texts hide one of
     * eight characters or more if the name suggests a secret, such as {@code X-Api-Key}.
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

    /**
     * The value of a signed {@code X-Project-Id} header, which a key needs for a sub-project. It is
     * sent with all polls of this client and of those made by {@code with(..)}, but is not part of
     * {@link JobsClient#presignedUrl}. Printable ASCII without blanks.
     */
    public Builder projectHeader(String projectId) {
      this.headers = headers.withProject(projectId);
      return this;
    }

    /**
     * The value of a signed {@code X-Domain-Id} header, the account's id, for services that belong
     * to no region; otherwise like {@link #projectHeader}.
     */
    public Builder domainId(String domainId) {
      this.headers = headers.withDomain(domainId);
      return this;
    }

    /**
     * The wall clock, for the dates of signatures and for waits that are kept as tokens; other
     * waits use the monotonic clock. The clock of a {@code VirtualTime} of the testing package
     * controls all waits. Defaults to the system's.
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

    /**
     * The time that a poll may take in all, attempts on other addresses included, from 1 ms to 24
     * days. Defaults to 30 s.
     */
    public Builder callTimeout(Duration timeout) {
      this.callTimeout = HttpSettings.checkTimeout("callTimeout", timeout);
      return this;
    }

    /**
     * Allows {@code http} to hosts other than loopback, and through a {@link #proxy} that is not on
     * loopback. Keys are never sent, but tokens and responses can then be read on the way.
     */
    public Builder allowPlaintext() {
      this.allowPlaintext = true;
      return this;
    }

    /**
     * The size of the largest response, decompressed, in bytes, from 1 to 2^30; a larger one causes
     * a {@code MalformedJobException}. Defaults to 8 MiB.
     */
    public Builder maxBodyBytes(long bytes) {
      if (bytes < 1 || bytes > 1 << 30) {
        throw new IllegalArgumentException("maxBodyBytes must be from 1 to 2^30: " + bytes);
      }
      this.maxBodyBytes = (int) bytes;
      return this;
    }

    /**
     * Signs in the older form, {@code Credential=AK/date/region/service/sdk_request}, instead of
     * {@code Access=AK}. Both values may be empty, as in Open Telekom Cloud's Terraform provider.
     */
    public Builder scopedSignature(String region, String service) {
      this.signer = RequestSigner.scoped(region, service);
      return this;
    }

    /**
     * The executor for listeners, schedules and future completions. Defaults to a pool of at most
     * {@link #maxPollsInFlight} daemon threads or 16, whichever is more, with a queue; a callback
     * that blocks delays only its own wait while a thread is free. If an executor rejects a task,
     * its wait ends with a {@link JobPollException}; if it runs no tasks, futures do not complete,
     * but blocking calls still return in time.
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * The number of polls of waits and of {@code pollJobAsync} that may be in flight at once, 1 or
     * more, shared with the clients made by {@code with(..)}. Further polls wait in a queue,
     * unsigned; a wait's last poll, at its deadline, goes first. As many idle connections are kept
     * for five minutes, unless {@link #httpClient} is set. Defaults to 64.
     */
    public Builder maxPollsInFlight(int polls) {
      if (polls < 1) {
        throw new IllegalArgumentException("maxPollsInFlight must be 1 or more: " + polls);
      }
      this.maxPollsInFlight = polls;
      return this;
    }

    /**
     * The number of polls per second that the service allows each project, if it is known: waits
     * use 90 % of it. More than 0, finite. By default the rate of each project at each endpoint
     * adapts from 50 polls per second, between 0.5 and 1,000: it falls by 30 % when the service
     * refuses a poll with 429 or 503, at most once a second, and grows by one a second while polls
     * are queued. {@code pollJob} and {@code pollJobAsync} are not delayed.
     */
    public Builder quota(double pollsPerSecond) {
      if (!(pollsPerSecond > 0) || Double.isInfinite(pollsPerSecond)) {
        throw new IllegalArgumentException(
            "quota must be more than 0 polls per second, and finite: " + pollsPerSecond);
      }
      return pollLimits(inFlight -> PollLimits.quota(inFlight, pollsPerSecond));
    }

    /** For tests: other bounds of the rate than {@link #quota} sets. */
    Builder pollLimits(IntFunction<PollLimits> limits) {
      this.limits = limits;
      return this;
    }

    /** For tests: replaces the timer. */
    Builder timer(WaitTimer timer) {
      this.timer = timer;
      return this;
    }

    /**
     * Builds a client. No I/O; no thread is started.
     *
     * @throws IllegalStateException if service or credentials are missing, not exactly one of
     *     endpoint and region is set, or {@link #trustedCertificates} is combined with an {@link
     *     #httpClient} that has a trust manager of its own
     * @throws IllegalArgumentException if the endpoint is refused, or the service has no host name
     */
    public JobsClient build() {
      JobsService queried = required("service", service);
      Endpoint address = address(queried);
      CredentialsProvider provider = required("credentials", credentials);
      HttpSettings http =
          new HttpSettings(
              httpClient,
              connection,
              headers,
              connectTimeout,
              HttpSettings.callTimeout(callTimeout, httpClient),
              maxBodyBytes,
              maxPollsInFlight);
      Engine engine =
          new Engine(
              timer == null ? SharedResources.timer(clock) : timer,
              executor == null
                  ? new CallbackPool(Math.max(MIN_CALLBACKS, maxPollsInFlight))
                  : executor,
              clock,
              http.grace(),
              limits.apply(maxPollsInFlight));
      Transport transport = new Transport(http, provider, signer, clock);
      SharedResources shared = new SharedResources(transport, engine, clock, plainHttp(), region);
      return new JobsClient(shared, true, queried, address);
    }

    private Endpoint address(JobsService queried) {
      if (region == null) {
        String url = required("endpoint(..) or region", endpoint);
        return Endpoint.parse(url, plainHttp(), queried.pathTemplate());
      }
      if (endpoint != null) {
        throw new IllegalStateException(
            "JobsClient.builder() was given both endpoint(..) and region(..): one is enough");
      }
      return region.endpoint(queried, plainHttp());
    }

    private PlainHttp plainHttp() {
      return allowPlaintext
          ? PlainHttp.ALLOWED
          : connection.isDetour() ? PlainHttp.REFUSED : PlainHttp.LOOPBACK;
    }

    private static <T> T required(String name, @Nullable T value) {
      if (value == null) {
        throw new IllegalStateException("JobsClient.builder()." + name + "(..) is missing");
      }
      return value;
    }
  }
}
