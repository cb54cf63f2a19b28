package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.HttpProxy;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.connection.TrustedCertificates;
import io.github.cloudjobs.engine.CallbackPool;
import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PollLimits;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.http.Endpoint;
import io.github.cloudjobs.http.HttpSettings;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.http.Plaintext;
import io.github.cloudjobs.http.RequestHeaders;
import io.github.cloudjobs.http.Timeouts;
import io.github.cloudjobs.http.Transport;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.KeptWait;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
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
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service how a job is doing, and waits for it to end. Thread-safe; make one for an endpoint
 * and keep it.
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
 * <p>Ids go into the path of a URL. Null, blank, {@code .} and {@code ..} are refused with an
 * {@link IllegalArgumentException}, and so is any id with a slash, a backslash, {@code ?}, {@code
 * #}, {@code %} or a control character; all else is percent-encoded. A method of a closed client
 * throws {@link IllegalStateException}.
 */
public final class JobsClient implements AutoCloseable {
  /**
   * A poll under way at a deadline may take this much longer, if a call may take so long at all.
   */
  private final Family family;

  private final boolean built; // not by with(): closing it closes the family
  private final JobsService service;
  private final JobPoller poller;
  private final ClientWaits waits;
  private volatile boolean closed;

  private JobsClient(Family family, boolean built, JobsService service, Endpoint endpoint) {
    this.family = family;
    this.built = built;
    this.service = service;
    this.poller = new JobPoller(family.transport(), endpoint, service.template(), service.name());
    this.waits = new ClientWaits(family, poller, service);
  }

  /** Starts a client; service, endpoint or region, and credentials have to be given. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the URL under which a job is asked for. No I/O.
   *
   * @throws IllegalArgumentException if an id cannot be one; see {@link JobRef}
   */
  public HttpUrl jobUrl(String projectId, String jobId) {
    return jobUrl(new JobRef(projectId, jobId));
  }

  /** Returns the URL under which a job is asked for. No I/O. */
  public HttpUrl jobUrl(JobRef job) {
    checkOpen();
    return poller.url(job);
  }

  /**
   * Returns the request that a poll would send now, signed for this moment. It is good for about 15
   * minutes, and a secret until then: OkHttp's {@code Request.toString()} prints its headers, so do
   * not print it. Asks the credentials provider; sends nothing.
   *
   * @throws IllegalArgumentException if an id cannot be one; see {@link JobRef}
   * @throws JobsException if there are no credentials
   */
  public Request signedRequest(String projectId, String jobId) {
    return signedRequest(new JobRef(projectId, jobId));
  }

  /** Like {@link #signedRequest(String, String)}. */
  public Request signedRequest(JobRef job) {
    checkOpen();
    return poller.signedRequest(job);
  }

  /**
   * Returns the URL of a job with the signature in its query, so that the URL alone is enough.
   *
   * <p><strong>Unproven:</strong> the vendor documents this form and its older libraries make it,
   * but no public gateway is known to accept it; this library never uses it by itself. The URL is a
   * secret as long as it is valid. {@code X-Project-Id} and {@code X-Domain-Id} are not part of it.
   *
   * @param validity from 1 second to 7 days
   * @throws IllegalArgumentException if the validity is out of range, the credentials are not a
   *     permanent access key, or an id cannot be one
   * @throws JobsException if there are no credentials
   */
  public HttpUrl presignedUrl(String projectId, String jobId, Duration validity) {
    return presignedUrl(new JobRef(projectId, jobId), validity);
  }

  /** Like {@link #presignedUrl(String, String, Duration)}. */
  public HttpUrl presignedUrl(JobRef job, Duration validity) {
    checkOpen();
    return poller.presignedUrl(job, validity);
  }

  /**
   * Asks once, with one signed GET, and blocks until the response has been read. Credentials are
   * fetched and interceptors run on a thread of the client's own.
   *
   * @throws io.github.cloudjobs.error.JobNotFoundException if the service itself reports that it
   *     does not know the job; a 404 of a proxy is a plain {@code JobsServiceException}
   * @throws AuthenticationException if the credentials are refused
   * @throws io.github.cloudjobs.error.ThrottledException if the service asks for fewer requests
   * @throws io.github.cloudjobs.error.JobsServiceException for any other error it answers with
   * @throws io.github.cloudjobs.error.JobsTransportException if no answer comes; also if the thread
   *     is interrupted, which it then still is. The call is cancelled at once
   * @throws io.github.cloudjobs.error.MalformedJobException if the answer holds no job
   * @throws JobsException if the credentials provider or an interceptor of the user's client fails
   */
  public Job pollJob(String projectId, String jobId) {
    return pollJob(new JobRef(projectId, jobId));
  }

  /** Like {@link #pollJob(String, String)}. */
  public Job pollJob(JobRef job) {
    checkOpen();
    return family.engine().holding(() -> poller.poll(job));
  }

  /**
   * Asks once, without a thread that waits. The future completes on the client's executor, with
   * what {@link #pollJob(String, String)} returns or throws. Cancelling it cancels the request; so
   * does completing it or {@code orTimeout(..)}.
   */
  public CompletableFuture<Job> pollJobAsync(String projectId, String jobId) {
    return pollJobAsync(new JobRef(projectId, jobId));
  }

  /** Like {@link #pollJobAsync(String, String)}. */
  public CompletableFuture<Job> pollJobAsync(JobRef job) {
    requireNonNull(job, "job");
    checkOpen();
    return waits.poll(job);
  }

  /**
   * Waits until a job has succeeded, for an hour at most. Whatever the client's executor does, it
   * is back at the deadline and the grace of the last poll there: the call timeout, 5 seconds at
   * most.
   *
   * @return the job, which says SUCCESS
   * @throws JobFailedException if it says FAIL
   * @throws JobWaitTimeoutException if it has not ended in time
   * @throws io.github.cloudjobs.wait.JobVanishedException if the service has not known it for 30 s
   * @throws JobPollException if the service cannot be asked any more: polls are refused, too many
   *     answers were lost, the credentials were refused (the cause is then the {@link
   *     AuthenticationException}), or the client was closed
   * @throws InterruptedException if the thread is interrupted; the job itself is untouched
   */
  public Job waitForCompletion(String projectId, String jobId) throws InterruptedException {
    return waitForCompletion(projectId, jobId, WaitOptions.defaults());
  }

  /**
   * Waits like {@link #waitForCompletion(String, String)}, with another deadline.
   *
   * @param timeout for the whole wait; zero polls once
   */
  public Job waitForCompletion(String projectId, String jobId, Duration timeout)
      throws InterruptedException {
    return waitForCompletion(new JobRef(projectId, jobId), timeout);
  }

  /** Waits like {@link #waitForCompletion(String, String)}, as the options say. */
  public Job waitForCompletion(String projectId, String jobId, WaitOptions options)
      throws InterruptedException {
    return waitForCompletion(new JobRef(projectId, jobId), options);
  }

  /** Waits like {@link #waitForCompletion(String, String)}. */
  public Job waitForCompletion(JobRef job) throws InterruptedException {
    return waitForCompletion(job, WaitOptions.defaults());
  }

  /** Waits like {@link #waitForCompletion(String, String, Duration)}. */
  public Job waitForCompletion(JobRef job, Duration timeout) throws InterruptedException {
    return waitForCompletion(job, WaitOptions.builder().timeout(timeout).build());
  }

  /** Waits like {@link #waitForCompletion(String, String)}, as the options say. */
  public Job waitForCompletion(JobRef job, WaitOptions options) throws InterruptedException {
    return await(job, options).jobOrThrow();
  }

  /**
   * Waits without a thread. The future completes on the client's executor with what {@link
   * #waitForCompletion(String, String)} returns or throws. Cancelling it, or completing it, ends
   * the wait and cancels the request in flight; the job itself is untouched.
   */
  public CompletableFuture<Job> waitForCompletionAsync(String projectId, String jobId) {
    return waitForCompletionAsync(projectId, jobId, WaitOptions.defaults());
  }

  /** Waits like {@link #waitForCompletionAsync(String, String)}, as the options say. */
  public CompletableFuture<Job> waitForCompletionAsync(
      String projectId, String jobId, WaitOptions options) {
    return waitForCompletionAsync(new JobRef(projectId, jobId), options);
  }

  /** Waits like {@link #waitForCompletionAsync(String, String)}. */
  public CompletableFuture<Job> waitForCompletionAsync(JobRef job) {
    return waitForCompletionAsync(job, WaitOptions.defaults());
  }

  /** Waits like {@link #waitForCompletionAsync(String, String)}, as the options say. */
  public CompletableFuture<Job> waitForCompletionAsync(JobRef job, WaitOptions options) {
    return start(job, options, WaitEnd::jobOrThrow);
  }

  /**
   * Waits until a job has ended, in whatever way, for an hour at most.
   *
   * @return how it ended; a failed job is an outcome here, and so are a timeout and a job that
   *     vanished
   * @throws JobPollException if the service cannot be asked any more, or the credentials are
   *     refused
   * @throws InterruptedException if the thread is interrupted
   */
  public WaitOutcome awaitOutcome(String projectId, String jobId) throws InterruptedException {
    return awaitOutcome(projectId, jobId, WaitOptions.defaults());
  }

  /** Waits like {@link #awaitOutcome(String, String)}, as the options say. */
  public WaitOutcome awaitOutcome(String projectId, String jobId, WaitOptions options)
      throws InterruptedException {
    return awaitOutcome(new JobRef(projectId, jobId), options);
  }

  /** Waits like {@link #awaitOutcome(String, String)}. */
  public WaitOutcome awaitOutcome(JobRef job) throws InterruptedException {
    return awaitOutcome(job, WaitOptions.defaults());
  }

  /** Waits like {@link #awaitOutcome(String, String)}, as the options say. */
  public WaitOutcome awaitOutcome(JobRef job, WaitOptions options) throws InterruptedException {
    return await(job, options).outcomeOrThrow();
  }

  /** Waits like {@link #awaitOutcome(String, String)}, without a thread. */
  public CompletableFuture<WaitOutcome> awaitOutcomeAsync(JobRef job, WaitOptions options) {
    return start(job, options, WaitEnd::outcomeOrThrow);
  }

  /**
   * Waits until many jobs have ended, each by the same options and all at the same time: without a
   * thread for each, within what the service's quota allows. A job that is named twice is polled
   * once. {@link WaitOptions.Builder#addListener Listeners} are notified of each as it ends.
   *
   * @param jobs none null; may be empty
   * @return how each ended, in the order in which they were given; a failed job does not keep the
   *     others from being waited for
   * @throws WaitForAllException if a job could not be asked about any more, or if {@link
   *     WaitOptions.Builder#stopAtFirstFailure} was asked for and one did not succeed; it has what
   *     is known of all
   * @throws InterruptedException if the thread is interrupted: all these waits end, the jobs go on
   */
  public List<WaitOutcome> waitForAll(Collection<JobRef> jobs, WaitOptions options)
      throws InterruptedException {
    checkOpen();
    return waits.all(jobs, options);
  }

  /**
   * Begins a wait that is kept as a token, and for which nobody waits yet: {@link #resume} or
   * {@link #pollOnce} go on with it, here or in another process. No I/O.
   *
   * @param options what of them a token holds; see {@link WaitToken}
   */
  public WaitToken newToken(JobRef job, WaitOptions options) {
    requireNonNull(job, "job");
    checkOpen();
    return waits.begin(job, options);
  }

  /**
   * Goes on with a wait that was kept, as if nothing had happened: the next poll is made when it
   * was to be made, and the deadline is what it was. If that has passed, polls once. Nobody
   * listens.
   *
   * @return the job, which says SUCCESS; else throws as {@link #waitForCompletion(String, String)}
   * @throws IllegalArgumentException if the token is damaged, or of another endpoint or path
   * @throws InterruptedException if the thread is interrupted: the wait ends, the job goes on
   */
  public Job resume(WaitToken token) throws InterruptedException {
    return jobOf(resumed(token, kept -> kept, Function.identity()));
  }

  /** Goes on like {@link #resume(WaitToken)}, and tells a listener how it goes. */
  public Job resume(WaitToken token, WaitListener listener) throws InterruptedException {
    requireNonNull(listener, "listener");
    return jobOf(resumed(token, kept -> kept.with(listener), Function.identity()));
  }

  /**
   * Goes on like {@link #resume(WaitToken)}, but with other options in place of all that it had:
   * their timeout counts from now.
   */
  public Job resume(WaitToken token, WaitOptions options) throws InterruptedException {
    requireNonNull(options, "options");
    return jobOf(resumed(token, kept -> kept.with(options), Function.identity()));
  }

  /** Goes on like {@link #resume(WaitToken)}, without a thread. */
  public CompletableFuture<Job> resumeAsync(WaitToken token) {
    return resumed(token, kept -> kept, WaitEnd::jobOrThrow);
  }

  /** Goes on like {@link #resume(WaitToken, WaitListener)}, without a thread. */
  public CompletableFuture<Job> resumeAsync(WaitToken token, WaitListener listener) {
    requireNonNull(listener, "listener");
    return resumed(token, kept -> kept.with(listener), WaitEnd::jobOrThrow);
  }

  /** Goes on like {@link #resume(WaitToken, WaitOptions)}, without a thread. */
  public CompletableFuture<Job> resumeAsync(WaitToken token, WaitOptions options) {
    requireNonNull(options, "options");
    return resumed(token, kept -> kept.with(options), WaitEnd::jobOrThrow);
  }

  private <T> CompletableFuture<T> resumed(
      WaitToken token, UnaryOperator<KeptWait> change, Function<WaitEnd, T> reading) {
    requireNonNull(token, "token");
    checkOpen();
    return waits.resume(token, change, reading);
  }

  private Job jobOf(CompletableFuture<WaitEnd> wait) throws InterruptedException {
    return waits.await(wait).jobOrThrow();
  }

  /**
   * Makes one poll of a wait that was kept, and says what follows: for a scheduler that outlives
   * this process and calls again when it is time. Polling earlier than was asked for does no harm.
   * The rate limiter of this client's waits does not hold it up; a throttled poll is followed by a
   * pause that grows from 2 to 30 seconds, or by the one that the service asks for.
   *
   * <p>Blocks for as long as one call may take, unless the thread is interrupted. What goes wrong
   * with the poll is not thrown: it is borne by {@link PollStep.Again}, or ends the wait with
   * {@link PollStep.Failed}.
   *
   * @throws io.github.cloudjobs.error.JobsTransportException if the thread was interrupted before
   *     there was an answer: the call is cancelled at once, the wait is where its token says, and
   *     the thread still interrupted
   * @throws IllegalArgumentException if the token is damaged, or of another endpoint or path
   */
  public PollStep pollOnce(WaitToken token) {
    checkOpen();
    return waits.pollOnce(token);
  }

  private WaitEnd await(JobRef job, WaitOptions options) throws InterruptedException {
    return waits.await(start(job, options, Function.identity()));
  }

  private <T> CompletableFuture<T> start(
      JobRef job, WaitOptions options, Function<WaitEnd, T> reading) {
    requireNonNull(job, "job");
    checkOpen();
    return waits.start(job, options, reading);
  }

  /**
   * Returns a client of another service in the same region, which shares this one's connections,
   * threads and credentials. Closing it ends its own waits only.
   *
   * @throws IllegalStateException if the family was built by {@link Builder#endpoint}
   * @throws IllegalArgumentException if the service has no host name, or what the environment says
   *     instead is no endpoint; see {@link Builder#region}
   */
  public JobsClient with(JobsService service) {
    checkOpen();
    return new JobsClient(family, false, service, family.endpoint(service));
  }

  /**
   * Returns a client of another service, which shares this one's connections, threads and
   * credentials. Closing it ends its own waits only.
   *
   * @throws IllegalArgumentException if the endpoint is not one; see {@link Builder#endpoint}
   */
  public JobsClient with(JobsService service, String endpoint) {
    checkOpen();
    return new JobsClient(
        family, false, service, Endpoint.parse(endpoint, family.plaintext(), service.template()));
  }

  /**
   * Ends the waits: each ends with a {@link JobPollException} that says so and tells what was last
   * known. Of a client that was built, those of all its siblings too, and requests in flight are
   * cancelled. An {@link OkHttpClient} that was handed in stays open.
   *
   * <p>Then waits, for 5 seconds at most, until the completions and listeners that this caused have
   * returned, on whatever {@link Builder#executor executor}: what depends on the futures of these
   * waits has run by then, unless it moved to another executor, as with {@code handleAsync}. If
   * some have not returned, a warning in the log says how many. Does not wait if called in a
   * callback of this client; an interrupt ends the waiting, and the thread stays interrupted.
   */
  @Override
  public void close() {
    closed = true;
    if (built) {
      family.close();
    } else {
      waits.close();
    }
  }

  private void checkOpen() {
    if (closed || family.isClosed()) {
      throw new IllegalStateException("this JobsClient is closed");
    }
  }

  /** Names the service and the endpoint. */
  @Override
  public String toString() {
    return "JobsClient[" + service + " at " + poller.endpoint() + "]";
  }

  /**
   * Collects what a client needs; not thread-safe, and good for any number of clients. What is null
   * is refused where it is handed in: a value that has to be in a range with an {@code
   * IllegalArgumentException}, anything else with a {@code NullPointerException} that names it.
   */
  public static final class Builder {
    /** Blocked callbacks of so many waits hold up no others, however few polls may be in flight. */
    private static final int CALLBACKS = 16;

    private @Nullable JobsService service;
    private @Nullable String endpoint;
    private @Nullable Regions region;
    private @Nullable CredentialsProvider credentials;
    private @Nullable OkHttpClient httpClient;
    private ConnectionSettings connection = ConnectionSettings.NONE;
    private RequestHeaders headers = RequestHeaders.STANDARD;
    private @Nullable Duration connectTimeout;
    private @Nullable Duration callTimeout;
    private @Nullable Executor executor;
    private Clock clock = Clock.systemUTC();
    private RequestSigner signer = RequestSigner.standard();
    private boolean allowPlaintext;
    private int maxBodyBytes = 8 << 20; // a batch of 20,000 sub-jobs
    private int maxPollsInFlight = 64; // OkHttp's own default for calls at once
    private @Nullable IntFunction<PollLimits> rate;
    private @Nullable WaitTimer timer; // for tests

    private Builder() {}

    /** Whose jobs are asked for. Has to be given. */
    public Builder service(JobsService service) {
      this.service = requireNonNull(service, "service");
      return this;
    }

    /**
     * Where the service is, such as {@code https://ecs.eu-de.otc.t-systems.com}. This or {@link
     * #region} has to be given. No user info, query or fragment; {@code https}, unless the host is
     * this machine or {@link #allowPlaintext()} is called. A base path is kept; one that was copied
     * from a catalogue ({@code /v1}, a version and a project id) is refused. Checked by {@link
     * #build()}.
     */
    public Builder endpoint(String endpoint) {
      this.endpoint = requireNonNull(endpoint, "endpoint");
      return this;
    }

    /**
     * In which region the service is, instead of its {@link #endpoint}: the cloud knows the host,
     * and {@link JobsClient#with(JobsService)} finds the others there.
     *
     * <p>Where the environment holds {@code HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>}, such as
     * {@code HUAWEICLOUD_SDK_REGION_ECS_CN_NORTH_9}, that is used instead, as the vendor's SDK
     * does, whatever the cloud: the first endpoint before a comma, {@code https} if it names no
     * scheme, checked like any other. The service is ECS, IMS (its progress too), ELB, EVS, BMS,
     * EIP, SDRS or VBS, or what {@link JobsService#of(String, String, String)} says.
     *
     * @param region such as {@code eu-de}, in any case: letters, digits and hyphens. One that the
     *     cloud does not list is taken by its pattern
     * @param cloud whose; not null
     * @throws IllegalArgumentException if the region cannot be one
     * @see <a
     *     href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3/blob/master/core/src/main/java/com/huaweicloud/sdk/core/region/EnvRegionProvider.java">EnvRegionProvider
     *     of the vendor's SDK</a>
     */
    public Builder region(String region, Cloud cloud) {
      return region(region, cloud, System::getenv);
    }

    /** For tests: the environment is handed in. */
    Builder region(String region, Cloud cloud, Function<String, @Nullable String> environment) {
      this.region =
          new Regions(
              requireNonNull(cloud, "cloud"), Regions.checkLabel("region", region), environment);
      return this;
    }

    /** What every request is signed with. These or a provider have to be given. */
    public Builder credentials(Credentials credentials) {
      return credentials(CredentialsProvider.of(credentials));
    }

    /** Who is asked, for every request, what to sign it with. */
    public Builder credentials(CredentialsProvider credentials) {
      this.credentials = requireNonNull(credentials, "credentials");
      return this;
    }

    /**
     * Whose connections, proxy, DNS, TLS and interceptors to use. It is left as it is: this client
     * derives its own from it, which follows no redirects, keeps no cookies, caches nothing, and
     * has threads of its own. Its timeouts are used too where they are not set here; a call timeout
     * it does not have is 30 s. If neither its read timeout nor two of its pings fit into a call,
     * the read timeout is half the call timeout: so that a connection that has died is noticed. A
     * network interceptor of it sees signatures and tokens. Its event listeners are called on this
     * client's own few threads: they must neither throw nor block. It is never closed. What is set
     * here besides, such as a proxy, is set on top of it.
     */
    public Builder httpClient(OkHttpClient httpClient) {
      this.httpClient = requireNonNull(httpClient, "httpClient");
      return this;
    }

    /**
     * Polls through an HTTP proxy, whatever the host: {@code http.nonProxyHosts} is not looked at.
     * To {@code https} it is asked for a tunnel ({@code CONNECT}) and reads nothing of what goes
     * through. By default the proxy of {@link #httpClient} is used, or that of the JVM's system
     * properties ({@code https.proxyHost} and the like). Variables of the environment such as
     * {@code HTTPS_PROXY} are never read.
     *
     * <p>A proxy that asks who comes, and is told nothing, ends a wait: as a {@code
     * JobsServiceException} with status 407.
     *
     * @param host a name or an address, without scheme and port
     * @param port from 1 to 65535
     * @throws IllegalArgumentException if one is not as said; the host is not repeated
     */
    public Builder proxy(String host, int port) {
      this.connection = connection.through(new HttpProxy(host, port, ProxyLogin.NONE));
      return this;
    }

    /**
     * Polls like {@link #proxy(String, int)}, through a proxy that asks who comes: it is told so in
     * the way of Basic authentication, in UTF-8, for each connection once. If it asks again, the
     * poll fails with status 407, and a wait ends: the same words would be refused again, and may
     * lock the user. What they are stands in no text.
     *
     * @param user not blank; no colon, no control characters
     * @param password no control characters, and not only blanks; may be empty. It is copied, and
     *     the copy kept as long as the client is; the array can be overwritten
     * @throws IllegalArgumentException if one is not as said; host, user and password are not
     *     repeated
     */
    public Builder proxy(String host, int port, String user, char[] password) {
      this.connection =
          connection.through(new HttpProxy(host, port, ProxyLogin.of(user, password)));
      return this;
    }

    /**
     * Trusts the certificates of a file besides those that are trusted anyway: the JVM's, or those
     * of {@link #httpClient}. For a service, or a proxy that looks into TLS, whose certificate a
     * private authority signed. Host names are checked as ever. The file is read now, and not
     * again; a certificate for clients that {@link #httpClient} may have is not used with it.
     *
     * @param pemFile one certificate or several as text, each between a line {@code -----BEGIN
     *     CERTIFICATE-----} and a line {@code -----END CERTIFICATE-----}, or a {@code PKCS7};
     *     private keys and text between them are passed over; at most 4 MiB
     * @throws java.io.UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if it holds no certificate, one that cannot be read, or a
     *     {@code TRUSTED CERTIFICATE} of OpenSSL. Both name the file
     */
    public Builder trustedCertificates(Path pemFile) {
      this.connection = connection.trusting(TrustedCertificates.of(pemFile));
      return this;
    }

    /**
     * A header that every poll is sent with; it is not signed. Once for each name. In the texts of
     * errors its value is hidden if it has eight characters or more, and its name such a word in
     * it: token, secret, password, credential, signature, session or cookie; or, as a word of its
     * own, auth, authorization or key ({@code X-Api-Key}, {@code apikey}).
     *
     * @param name as HTTP allows it: ASCII, no blanks, no separators. Refused are, in any case,
     *     those that this library or HTTP itself sets: {@code Host}, {@code User-Agent}, {@code
     *     Accept}, {@code Authorization}, {@code X-Auth-Token}, {@code X-Security-Token}, {@code
     *     X-Project-Id}, {@code X-Domain-Id}, all of {@code X-Sdk-}, {@code Content-}, {@code
     *     Proxy-} and {@code If-}, and those of the connection
     * @param value printable ASCII; may be empty. Blanks around it are not sent
     * @throws IllegalArgumentException if one is not as said, or the name was given before; the
     *     value is not repeated
     */
    public Builder header(String name, String value) {
      this.headers = headers.with(name, value);
      return this;
    }

    /**
     * Who uses this library: sent in {@code User-Agent}, after {@code jobs-client/VERSION} and a
     * blank.
     *
     * @param suffix such as {@code order-service/2.1}; printable ASCII, not blank
     * @throws IllegalArgumentException if it is not as said
     */
    public Builder userAgentSuffix(String suffix) {
      this.headers = headers.withUserAgentSuffix(suffix);
      return this;
    }

    /**
     * Sends {@code X-Project-Id}, signed along: a key needs it for a sub-project, since the id in
     * the path does not choose what the key's permissions are looked up in. It is sent with a token
     * too, and is the same for all polls of this client and its siblings: give each sub-project a
     * client of its own. {@link JobsClient#presignedUrl} leaves it out, since its URL alone has to
     * be enough.
     *
     * @param projectId printable ASCII without blanks
     * @throws IllegalArgumentException if it is not as said
     * @see <a
     *     href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3/blob/master/core/src/main/java/com/huaweicloud/sdk/core/auth/BasicCredentials.java">BasicCredentials
     *     of the vendor's SDK, which signs it along</a>
     */
    public Builder projectHeader(String projectId) {
      this.headers = headers.withProject(projectId);
      return this;
    }

    /**
     * Sends {@code X-Domain-Id}, the id of the account, signed along: for services that are not of
     * one region. Otherwise like {@link #projectHeader}.
     *
     * @param domainId printable ASCII without blanks
     * @throws IllegalArgumentException if it is not as said
     * @see <a
     *     href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3/blob/master/core/src/main/java/com/huaweicloud/sdk/core/auth/GlobalCredentials.java">GlobalCredentials
     *     of the vendor's SDK</a>
     */
    public Builder domainId(String domainId) {
      this.headers = headers.withDomain(domainId);
      return this;
    }

    /**
     * The wall clock, from which a signature takes its date. The system's by default; a fixed one
     * makes any signature again. How long to wait is not measured with it, except by waits that are
     * kept as tokens: between processes there is no other clock. That of a {@code VirtualTime} of
     * the testing package measures all waits: they take no real time at all.
     */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /** How long connecting may take; from 1 ms to 24 days. Defaults to 10 s. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = Timeouts.check("connectTimeout", timeout);
      return this;
    }

    /**
     * How long a poll may take in all, retries on another address included; from 1 ms to 24 days.
     * Defaults to 30 s.
     */
    public Builder callTimeout(Duration timeout) {
      this.callTimeout = Timeouts.check("callTimeout", timeout);
      return this;
    }

    /**
     * Allows {@code http} to hosts other than this machine, and through a {@link #proxy} that is
     * not on it: keys are not sent, but tokens and answers can be read.
     */
    public Builder allowPlaintext() {
      this.allowPlaintext = true;
      return this;
    }

    /**
     * The largest answer to read, after decompression, in bytes: from 1 to 1 GiB. Defaults to 8
     * MiB. A larger one is a {@code MalformedJobException}.
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
     * with {@code Access=AK}. Both may be empty, as Open Telekom Cloud's Terraform provider leaves
     * them.
     */
    public Builder scopedSignature(String region, String service) {
      this.signer = RequestSigner.scoped(region, service);
      return this;
    }

    /**
     * The executor for listeners, schedules and future completions, shared with siblings. By
     * default a pool of the client's own: as many daemon threads as {@link #maxPollsInFlight}, but
     * at least 16, made as needed; then tasks wait in a queue. A callback that blocks delays only
     * its own wait as long as a thread is free. If an executor refuses a task, its wait ends with a
     * {@link JobPollException}. If it does not run tasks, futures do not complete; calls that block
     * return all the same, at their deadline and the grace of their last poll.
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * How many polls of waits and of {@code pollJobAsync} may be in flight at once, over all
     * siblings of this client; 1 or more. The others wait, not yet signed; a wait's last poll, at
     * its deadline, goes before them. OkHttp's own limit of 5 calls for a host does not count. As
     * many idle connections are kept, for five minutes, unless {@link #httpClient} was given.
     * Defaults to 64.
     */
    public Builder maxPollsInFlight(int polls) {
      if (polls < 1) {
        throw new IllegalArgumentException("maxPollsInFlight must be 1 or more: " + polls);
      }
      this.maxPollsInFlight = polls;
      return this;
    }

    /**
     * How many polls per second a service allows of one project, if that is known: waits keep to 90
     * % of it. By default that is found out, for each project at each endpoint: waits begin with at
     * most 50 polls per second, or fewer after each refusal (429 or 503, to seven tenths of what
     * was sent, once a second), and one more each second while polls are held up; from 0.5 to
     * 1,000. Polls wait for their turn, and none is given up for that. Waits of this client and of
     * its siblings share it; {@code pollJob} and {@code pollJobAsync} are not held up.
     *
     * @param pollsPerSecond more than 0, finite
     */
    public Builder quota(double pollsPerSecond) {
      if (!(pollsPerSecond > 0) || Double.isInfinite(pollsPerSecond)) {
        throw new IllegalArgumentException(
            "quota must be more than 0 polls per second, and finite: " + pollsPerSecond);
      }
      this.rate = inFlight -> PollLimits.quota(inFlight, pollsPerSecond);
      return this;
    }

    /**
     * For tests: other bounds of the rate than {@link #quota} sets.
     *
     * @param limits called with {@link #maxPollsInFlight}
     */
    Builder pollLimits(IntFunction<PollLimits> limits) {
      this.rate = limits;
      return this;
    }

    /** For tests: time is the one thing they replace. */
    Builder timer(WaitTimer timer) {
      this.timer = timer;
      return this;
    }

    /**
     * Makes the client. No I/O, and no thread yet.
     *
     * @throws IllegalStateException if service, endpoint or region, or credentials were not given,
     *     or both an endpoint and a region
     * @throws IllegalArgumentException if the endpoint is not one, or the service has no host name
     *     to be found by in a region
     */
    public JobsClient build() {
      JobsService asked = given("service", service);
      Endpoint address = address(asked);
      CredentialsProvider provider = given("credentials", credentials);
      Timeouts timeouts = Timeouts.of(connectTimeout, callTimeout, httpClient);
      HttpSettings http =
          new HttpSettings(
              httpClient, connection, headers, timeouts, maxBodyBytes, maxPollsInFlight);
      Transport transport = new Transport(http, provider, signer, clock);
      Executor runner =
          executor == null ? new CallbackPool(Math.max(CALLBACKS, maxPollsInFlight)) : executor;
      ClientTime time = new ClientTime(clock);
      WaitTimer waits = timer == null ? time.timer() : timer;
      Engine engine = new Engine(waits, runner, clock, timeouts.grace(), limits());
      return new JobsClient(
          new Family(transport, engine, time, plaintext(), region), true, asked, address);
    }

    private Endpoint address(JobsService asked) {
      if (region == null) {
        return Endpoint.parse(
            given("endpoint(..) or region", endpoint), plaintext(), asked.template());
      }
      if (endpoint != null) {
        throw new IllegalStateException(
            "JobsClient.builder() was given both endpoint(..) and region(..): one is enough");
      }
      return region.endpoint(asked, plaintext());
    }

    private Plaintext plaintext() {
      return allowPlaintext
          ? Plaintext.ALLOWED
          : connection.isDetour() ? Plaintext.REFUSED : Plaintext.HERE;
    }

    private PollLimits limits() {
      return rate == null ? PollLimits.defaults(maxPollsInFlight) : rate.apply(maxPollsInFlight);
    }

    private static <T> T given(String name, @Nullable T value) {
      if (value == null) {
        throw new IllegalStateException("JobsClient.builder()." + name + "(..) is missing");
      }
      return value;
    }
  }
}
