package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.CredentialBreaker.Pass;
import io.github.cloudjobs.text.HeaderText.UnusableTextException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import okhttp3.Call;
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

  final CredentialBreaker breaker = new CredentialBreaker(this::credentials);
  private final CredentialsProvider provider;
  private final RequestSigner signer;
  private final ServerClock clock;
  private final String[] signedHeaders;
  private final ResponseReader reader;

  /**
   * The polls in flight. Tags of requests would do, but load Kotlin's reflection: that is 50 ms.
   */
  final Map<Call, HttpPoll> polls = new ConcurrentHashMap<>();

  SigningInterceptor(
      CredentialsProvider provider,
      RequestSigner signer,
      String[] signedHeaders,
      ResponseReader reader,
      ServerClock clock) {
    this.provider = provider;
    this.signer = signer;
    this.signedHeaders = signedHeaders;
    this.reader = reader;
    this.clock = clock;
  }

  /** Also finds the poll of a call that a user's interceptor cloned. */
  private HttpPoll pollOf(Call call) throws IOException {
    HttpPoll poll = polls.get(call);
    if (poll != null) {
      return poll;
    }
    for (HttpPoll each : polls.values()) {
      if (each.call.request() == call.request()) {
        return each;
      }
    }
    throw new IOException("the call is a clone of one that has ended");
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    try {
      return authenticated(chain, pollOf(chain.call()));
    } catch (Throwable t) { // some languages do not declare checked exceptions
      throw Transport.wrap(t);
    }
  }

  private Response authenticated(Chain chain, HttpPoll poll)
      throws IOException, InterruptedException {
    for (int round = 1; ; round++) {
      Pass pass = breaker.enter(poll, chain.call());
      try {
        Response response = pass.isLocking() ? null : send(chain, pass, null);
        if (pass.isRefusedProbe()) {
          response = retry(chain, pass);
        }
        if (response != null) {
          return response;
        }
        if (round == MAX_ROUNDS) {
          throw pass.error();
        }
      } finally {
        pass.close();
      }
    }
  }

  /**
   * Tries once more as the probe, with a corrected clock or with other credentials. Returns null if
   * another probe decides.
   */
  private @Nullable Response retry(Chain chain, Pass probe) throws IOException {
    Credentials used = probe.credentials;
    Duration corrected = probe.clockOffset;
    try {
      Credentials fresh = checked(() -> provider.refresh(used));
      if (probe.mayRetry(fresh) && (corrected != null || !fresh.equals(used))) {
        Response response = probe.extendTo(fresh) ? send(chain, probe, corrected) : null;
        if (response != null || !probe.isRefusedProbe()) {
          return response;
        }
      }
    } catch (AuthenticationException refusedByProvider) { // a wrong password, for example
      throw probe.reject(refusedByProvider);
    } catch (JobsException unanswered) { // the next poll may try again, unless that locks the key
      if (probe.mayRetry(used)) {
        throw unanswered;
      }
    }
    throw probe.reject(probe.error());
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

  /**
   * Sends the request, and passes on what the response shows about the credentials.
   *
   * @param corrected the clock's offset if it differs from the known one
   * @return null for a 401
   */
  private @Nullable Response send(Chain chain, Pass pass, @Nullable Duration corrected)
      throws IOException {
    Duration offset = corrected == null ? clock.offset() : corrected;
    Instant now = clock.local().plus(offset);
    Request request = signer.sign(chain.request(), pass.credentials, now, signedHeaders);
    Response response;
    try {
      response = NoImplicitRetryInterceptor.restoreStatus(chain.proceed(request));
    } catch (IOException e) {
      throw RequestHeaders.secretsOf(request).hide(e);
    }
    if (response.code() != 401) {
      if (corrected != null) {
        clock.correct(corrected);
      }
      if (showsGoodCredentials(response.code())) {
        pass.accept();
      }
      return response;
    }
    try (response) {
      AuthenticationException error = (AuthenticationException) reader.readError(response);
      boolean signed = request.header("X-Sdk-Date") != null;
      pass.clockOffset =
          signed ? clock.correction(offset, response.headers(), error.serviceMessage()) : null;
      pass.refused(error, signed);
      return null;
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
