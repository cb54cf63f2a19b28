package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * What the clients of one family share: connections, credentials, the gateway's clock as learned,
 * and the brake on refused credentials. Thread-safe.
 */
public final class Transport implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  private final OkHttpClient client;
  private final boolean ownsConnections;
  private final CredentialsProvider source;
  private final RequestSigner signer;
  private final ServerClock clock;
  private final CredentialBrake brake = new CredentialBrake();
  private final RequestHeaders headers;
  private final AnswerReader reader;
  private final AtomicBoolean complained = new AtomicBoolean();

  /**
   * Creates a transport.
   *
   * @param provider who is asked, for every attempt, what to prove it with
   * @param clock the wall clock
   */
  public Transport(
      HttpSettings settings, CredentialsProvider provider, RequestSigner signer, Clock clock) {
    this.source = new CheckedSource(provider);
    this.signer = signer;
    this.clock = new ServerClock(clock);
    this.headers = settings.headers();
    this.reader = new AnswerReader(settings.maxBodyBytes());
    this.ownsConnections = settings.userClient() == null;
    Dispatcher dispatcher = new Dispatcher(daemonThreads());
    dispatcher.setMaxRequests(Integer.MAX_VALUE); // who polls bounds it, and knows what is urgent
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    OkHttpClient.Builder builder = settings.client().dispatcher(dispatcher);
    builder.interceptors().add(0, Transport::carryingCrashes);
    builder.addInterceptor(
        new SigningInterceptor(source, signer, this.clock, brake, headers, reader));
    builder.networkInterceptors().add(0, new GzipInterceptor());
    NoImplicitRetryInterceptor.addTo(builder);
    this.client = builder.build();
  }

  /** An interceptor of the user's may throw anything; see {@link CarriedException}. */
  private static Response carryingCrashes(Interceptor.Chain chain) throws IOException {
    try {
      return chain.proceed(chain.request());
    } catch (Throwable t) { // anything at all: not all code has to declare what it throws
      throw CarriedException.of(t);
    }
  }

  private static ExecutorService daemonThreads() {
    AtomicInteger count = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE, // the polls in flight bound it
        60,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "jobs-client-io-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Sets who is called when credentials were refused for good. */
  public void onRefused(Consumer<CredentialsRefused> listener) {
    brake.onRefused(listener);
  }

  OkHttpClient client() {
    return client;
  }

  AnswerReader reader() {
    return reader;
  }

  /** What every poll says beside what it is proved with. */
  RequestHeaders headers() {
    return headers;
  }

  /** Asks for what the next request is signed with. */
  Credentials credentials() {
    return source.get();
  }

  RequestSigner signer() {
    return signer;
  }

  /** What a poll, or a wait, notes as it begins; see {@link CredentialBrake#now}. */
  int brakeMark() {
    return brake.now();
  }

  /** This machine's time, for headers that are dates. */
  Instant now() {
    return clock.local();
  }

  /** The time to sign with: the gateway's, as far as is known. */
  Instant signingTime() {
    return clock.local().plus(clock.offset());
  }

  /** Cancels what is in flight, and gives back threads and connections that are ours. */
  @Override
  public void close() {
    Dispatcher dispatcher = client.dispatcher();
    try {
      cancel(dispatcher.queuedCalls());
      cancel(dispatcher.runningCalls());
    } finally {
      dispatcher.executorService().shutdown();
      if (ownsConnections) {
        client.connectionPool().evictAll();
      }
    }
  }

  private void cancel(List<Call> calls) {
    calls.forEach(this::cancel);
  }

  /** Cancels a call; does not throw, although an event listener of the user's may. */
  void cancel(Call call) {
    try {
      call.cancel();
    } catch (Throwable t) {
      if (!complained.getAndSet(true)) {
        LOGGER.log(
            Level.WARNING,
            "an event listener threw when a poll was cancelled: " + t.getClass().getName());
      }
    }
  }
}
