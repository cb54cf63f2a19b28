package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignedRequest;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.http.CredentialBrake.Pass;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks for credentials and signs when a call really starts: on its own thread, after any queue, so
 * that no signature is old and no timer waits for a credentials source. On a 401 it looks for a
 * remedy (a corrected clock, other credentials) and tries once, as the one probe that {@link
 * CredentialBrake} allows.
 */
final class SigningInterceptor implements Interceptor {
  private final CredentialsProvider provider;
  private final RequestSigner signer;
  private final ServerClock clock;
  private final CredentialBrake brake;
  private final AnswerReader reader;

  SigningInterceptor(
      CredentialsProvider provider,
      RequestSigner signer,
      ServerClock clock,
      CredentialBrake brake,
      AnswerReader reader) {
    this.provider = provider;
    this.signer = signer;
    this.clock = clock;
    this.brake = brake;
    this.reader = reader;
  }

  /** One request on the wire: what it was signed with, and what came back. */
  private record Attempt(
      Credentials credentials, Duration offset, boolean dated, Response response) {
    boolean isRefused() {
      return response.code() == 401;
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    try {
      return authenticated(chain, requireNonNull(chain.request().tag(PollTag.class)));
    } catch (IOException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while a refused credential was probed");
      interrupted.initCause(e);
      throw interrupted;
    } catch (JobsException e) {
      throw new CarriedException(e);
    } catch (Throwable t) { // OkHttp would answer its callback with less than this
      throw new CarriedException(new JobsException("the poll failed before it was sent: " + t, t));
    }
  }

  private Response authenticated(Chain chain, PollTag tag)
      throws IOException, InterruptedException {
    Credentials held = ask();
    Pass pass = brake.enter(held, tag.began());
    Attempt attempt = send(chain, tag, held, pass);
    if (!attempt.isRefused()) {
      return attempt.response();
    }
    Refusal refusal = refusalOf(attempt);
    if (pass == Pass.FREE) {
      return brake.doubt(held)
          ? remedied(chain, tag, attempt, refusal)
          : secondTry(chain, tag); // what the first to be refused finds out holds here too
    }
    throw condemned(refusal, held);
  }

  private Response secondTry(Chain chain, PollTag tag) throws IOException, InterruptedException {
    Credentials held = ask();
    Attempt attempt = send(chain, tag, held, brake.enter(held, tag.began()));
    if (attempt.isRefused()) {
      throw condemned(refusalOf(attempt), held);
    }
    return attempt.response();
  }

  /** The first to be refused: tries what can be done differently, once. */
  private Response remedied(Chain chain, PollTag tag, Attempt refused, Refusal refusal)
      throws IOException {
    Credentials held = refused.credentials();
    Attempt attempt;
    try {
      Credentials fresh = ask();
      boolean clockCorrected =
          refused.dated()
              && clock.learn(refused.offset(), refusal.date(), refusal.error().serviceMessage());
      if (fresh.equals(held) && !clockCorrected) {
        throw condemned(refusal, held);
      }
      brake.doubtToo(fresh);
      attempt = send(chain, tag, fresh, Pass.PROBE);
    } catch (AuthenticationException condemned) {
      throw condemned;
    } catch (Throwable t) {
      brake.leaveInDoubt(held);
      throw t;
    }
    if (attempt.isRefused()) {
      throw condemned(refusalOf(attempt), held, attempt.credentials());
    }
    settle(attempt, held);
    return attempt.response();
  }

  private AuthenticationException condemned(Refusal refusal, Credentials... refused) {
    for (Credentials credentials : refused) {
      brake.condemn(credentials, refusal.error());
    }
    return refusal.error();
  }

  /** Sends once; a probe tells the brake of any answer but a refusal. */
  private Attempt send(Chain chain, PollTag tag, Credentials credentials, Pass pass)
      throws IOException {
    try {
      Attempt attempt = send(chain, tag, credentials);
      if (pass == Pass.PROBE && !attempt.isRefused()) {
        settle(attempt, credentials);
      }
      return attempt;
    } catch (Throwable t) {
      if (pass == Pass.PROBE) {
        brake.leaveInDoubt(credentials);
      }
      throw t;
    }
  }

  private void settle(Attempt attempt, Credentials credentials) {
    int status = StatusGuard.statusOf(attempt.response());
    if (status >= 500 || status == 429) {
      brake.leaveInDoubt(credentials); // perhaps said before anybody looked at the signature
    } else {
      brake.clear(credentials);
    }
  }

  private Attempt send(Chain chain, PollTag tag, Credentials credentials) throws IOException {
    Duration offset = clock.offset();
    SignedRequest signature = signer.sign(tag.signable(), credentials, clock.local().plus(offset));
    Request.Builder signed = chain.request().newBuilder();
    for (Map.Entry<String, String> line : signature.headers()) {
      signed.header(line.getKey(), line.getValue());
    }
    Request request = signed.build();
    boolean dated = request.header("X-Sdk-Date") != null;
    return new Attempt(credentials, offset, dated, chain.proceed(request));
  }

  /** What a 401 said, and when. */
  private record Refusal(AuthenticationException error, @Nullable Instant date) {}

  private Refusal refusalOf(Attempt attempt) {
    try (Response response = attempt.response()) {
      return new Refusal(
          (AuthenticationException) reader.readError(response, null),
          RetryAfter.readDate(response.header("Date")));
    }
  }

  private Credentials ask() {
    Credentials credentials;
    try {
      credentials = provider.get();
    } catch (JobsException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new JobsException("the credentials provider failed: " + e, e);
    }
    if (credentials == null) {
      throw new JobsException("the credentials provider answered null");
    }
    return credentials;
  }
}
