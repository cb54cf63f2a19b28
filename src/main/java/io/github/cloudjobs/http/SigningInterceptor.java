package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.CredentialBreaker.Pass;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.text.HeaderText.UnusableTextException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Gets credentials and signs when a call starts, on the call's own thread: no signature ages in a
 * queue, and no timer waits for a credentials provider. After a 401 it corrects the clock or gets
 * other credentials, and tries once more, as the probe of the {@link CredentialBreaker}.
 */
final class SigningInterceptor implements Interceptor {
  /** For a poll that is refused again and again while others with its credentials are not. */
  private static final int MAX_ROUNDS = 3;

  final CredentialBreaker breaker = new CredentialBreaker();
  private final CredentialsProvider provider;
  private final RequestSigner signer;
  private final ServerClock clock;
  private final String[] signedHeaders;
  private final ResponseReader reader;

  /** A tag of the request would do, and the first one costs 50 ms: it loads Kotlin's reflection. */
  private final Map<Call, PollContext> polls = new ConcurrentHashMap<>();

  SigningInterceptor(
      CredentialsProvider provider,
      RequestSigner signer,
      String[] signedHeaders,
      ResponseReader reader) {
    this.provider = provider;
    this.signer = signer;
    this.signedHeaders = signedHeaders;
    this.reader = reader;
    this.clock = reader.clock();
  }

  /**
   * One request that was sent: its response, or the error of a 401 and the clock's offset if that
   * error shows that the one that was used is wrong.
   */
  private record Attempt(
      Credentials sent,
      boolean signed,
      @Nullable Response response,
      @Nullable AuthenticationException refusal,
      @Nullable Duration clockOffset) {}

  /** Sends a poll; its callback must {@link #forget} it. */
  void enqueue(Call call, PollContext poll, Callback callback) {
    polls.put(call, poll);
    try {
      call.enqueue(callback);
    } catch (Throwable t) { // of a user's event listener, for example
      forget(call);
      throw t;
    }
  }

  void forget(Call call) {
    polls.remove(call);
  }

  /** Also finds the poll of a call that a user's interceptor cloned. */
  private PollContext pollOf(Call call) throws IOException {
    PollContext poll = polls.get(call);
    if (poll != null) {
      return poll;
    }
    return polls.entrySet().stream()
        .filter(each -> each.getKey().request() == call.request())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new IOException("the call is a clone of one that has ended"));
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    try {
      return authenticated(chain, pollOf(chain.call()));
    } catch (Throwable t) { // some languages do not declare checked exceptions
      throw Transport.wrap(t);
    }
  }

  private Response authenticated(Chain chain, PollContext poll)
      throws IOException, InterruptedException {
    for (int round = 1; ; round++) {
      try (Pass pass = breaker.enter(this::credentials, poll, chain.call()::isCanceled)) {
        AuthenticationException known = pass.knownRefusal();
        Attempt attempt =
            known == null
                ? send(chain, pass.credentials, clock.offset())
                : new Attempt(pass.credentials, true, null, known, null);
        AuthenticationException refusal = attempt.refusal();
        if (refusal != null
            && (refusal == known || pass.refused(attempt.sent(), attempt.signed(), refusal))) {
          attempt = retry(chain, attempt, refusal, pass);
        }
        if (attempt.refusal() == null) {
          Response response = requireNonNull(attempt.response());
          if (showsGoodCredentials(response.code())) {
            pass.accept(attempt.sent());
          }
          return response;
        }
        if (round == MAX_ROUNDS) {
          throw attempt.refusal();
        }
      }
    }
  }

  /** Tries once more as the probe, with a corrected clock or with other credentials. */
  private Attempt retry(Chain chain, Attempt refused, AuthenticationException error, Pass probe)
      throws IOException {
    Credentials used = refused.sent();
    Duration corrected = refused.clockOffset();
    AuthenticationException refusal = error;
    boolean signed = refused.signed();
    try {
      Credentials fresh = checked(() -> provider.refresh(used));
      if (probe.mayRetry(fresh) && (corrected != null || !fresh.equals(used))) {
        if (!probe.extendTo(fresh)) {
          return refused; // another probe decides
        }
        Attempt again = send(chain, fresh, corrected == null ? clock.offset() : corrected);
        if (again.refusal() == null) {
          if (corrected != null) {
            clock.correct(corrected);
          }
          return again;
        }
        if (!probe.refused(fresh, again.signed(), again.refusal())) {
          return again; // likewise
        }
        refusal = again.refusal();
        signed = again.signed();
      }
    } catch (AuthenticationException refusedByProvider) { // a wrong password, for example
      refusal = refusedByProvider;
    } catch (JobsException unanswered) { // the next poll may try again, unless that locks the key
      if (probe.mayRetry(used)) {
        throw unanswered;
      }
    }
    throw probe.reject(refusal, signed);
  }

  /**
   * True if the server checked the signature before it sent this status. Others, such as 407, 413
   * and 431, may come from a proxy.
   */
  private static boolean showsGoodCredentials(int status) {
    return switch (status) {
      case 400, 403, 404, 409 -> true;
      default -> status < 300;
    };
  }

  private Attempt send(Chain chain, Credentials credentials, Duration clockOffset)
      throws IOException {
    Instant now = clock.local().plus(clockOffset);
    Request request = signer.sign(chain.request(), credentials, now, signedHeaders);
    boolean signed = request.header("X-Sdk-Date") != null;
    Response response;
    try {
      response = NoImplicitRetryInterceptor.restoreStatus(chain.proceed(request));
    } catch (IOException e) {
      throw RequestHeaders.secretsOf(request).hide(e);
    }
    if (response.code() != 401) {
      return new Attempt(credentials, signed, response, null, null);
    }
    try (response) {
      AuthenticationException error = (AuthenticationException) reader.readError(response);
      Duration corrected =
          signed ? clock.correction(clockOffset, response.headers(), error.serviceMessage()) : null;
      return new Attempt(credentials, signed, null, error, corrected);
    }
  }

  Request sign(Request request) {
    return signer.sign(request, credentials(), now(), signedHeaders);
  }

  HttpUrl presign(Request request, Duration validity) {
    return signer.presign(request, credentials(), now(), validity);
  }

  /** The gateway's time, as far as it is known. */
  private Instant now() {
    return clock.local().plus(clock.offset());
  }

  private Credentials credentials() {
    return checked(provider::get);
  }

  /** Turns the null and the exceptions of a user's provider into exceptions of this library. */
  private static Credentials checked(Supplier<Credentials> call) {
    Credentials credentials;
    try {
      credentials = call.get();
    } catch (JobsException e) {
      throw e;
    } catch (Throwable t) { // some languages do not declare checked exceptions
      if (t instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new JobsTransportException("interrupted while the credentials were fetched", t);
      }
      // The message of any other exception may contain the credentials.
      String what = t instanceof UnusableTextException ? t.getMessage() : t.getClass().getName();
      throw new JobsException("the credentials provider failed: " + what, t);
    }
    if (credentials == null) {
      throw new JobsException("the credentials provider returned null");
    }
    return credentials;
  }
}
