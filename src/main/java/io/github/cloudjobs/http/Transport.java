package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.http.CredentialBreaker.Rejection;
import io.github.cloudjobs.text.Throwables;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The state that a client and its siblings share: connections, credentials, the clock, and the
 * {@link CredentialBreaker}. Thread-safe.
 */
public final class Transport implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  final OkHttpClient client;
  final Headers headers;
  final ResponseReader reader;
  final SigningInterceptor signing;
  private final ExecutorService threads;
  private final boolean ownsConnections;

  /** Creates a transport; the clock is the wall clock, or that of virtual time. */
  public Transport(
      HttpSettings settings, CredentialsProvider provider, RequestSigner signer, Clock clock) {
    this.headers = settings.headers().all();
    ServerClock serverClock = new ServerClock(clock);
    this.reader = new ResponseReader(settings.maxBodyBytes(), serverClock);
    String[] signedHeaders = settings.headers().signedNames();
    this.signing = new SigningInterceptor(provider, signer, signedHeaders, reader, serverClock);
    this.ownsConnections = settings.userClient() == null;
    this.threads = Executors.newCachedThreadPool(Transport::daemon);
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(Integer.MAX_VALUE); // for clones that an interceptor enqueues
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    OkHttpClient.Builder builder = settings.client().dispatcher(dispatcher);
    builder.addInterceptor(signing);
    builder.networkInterceptors().add(0, GzipBody::intercept);
    NoImplicitRetryInterceptor.allowNoFollowUp(builder);
    this.client = builder.build();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "jobs-client-io");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a poll on a thread of its own; the engine limits the polls in flight. OkHttp's {@code
   * enqueue} does the same, and builds a URL for the thread's name each time.
   */
  void start(HttpPoll poll) {
    signing.polls.put(poll.call, poll);
    try {
      threads.execute(poll);
    } catch (RejectedExecutionException closed) {
      poll.fail(new InterruptedIOException("the client is closed"));
    } catch (Throwable t) { // no more threads, for example
      poll.fail(t);
    }
  }

  public void onRejected(Consumer<Rejection> listener) {
    signing.breaker.listener = listener;
  }

  /** Cancels the calls in flight, and closes the threads and connections that are ours. */
  @Override
  public void close() {
    try {
      signing.polls.keySet().forEach(Transport::cancel);
      client.dispatcher().runningCalls().forEach(Transport::cancel); // clones by an interceptor
    } finally {
      threads.shutdown();
      if (ownsConnections) {
        client.connectionPool().evictAll();
      }
    }
  }

  /** Cancels a call; does not throw, although an event listener of the user's may. */
  static void cancel(Call call) {
    try {
      call.cancel();
    } catch (Throwable t) {
      LOGGER.log(
          Level.WARNING, "an event listener threw when a poll was cancelled: " + t.getClass());
    }
  }

  /**
   * Wraps an exception as an {@link IOException}, which a user's interceptors expect. One of
   * another author becomes the cause of one of this library; an interrupt sets the flag again.
   */
  static IOException wrap(Throwable t) {
    if (t instanceof IOException io) {
      return io;
    }
    if (t instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return (IOException) new InterruptedIOException("interrupted").initCause(t);
    }
    JobsException ours = wrappedIn(t);
    if (ours == null) {
      ours = new JobsException("the poll failed: " + Throwables.describe(t), t);
    }
    return new IOException(Throwables.describe(ours), ours);
  }

  /** Returns this library's exception, also if an interceptor wrapped it again; null for none. */
  static @Nullable JobsException wrappedIn(Throwable t) {
    for (Throwable each : Throwables.chain(t)) {
      if (each instanceof JobsException ours) {
        return ours;
      }
    }
    return null;
  }
}
