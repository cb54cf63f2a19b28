package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.CredentialBrake.Pass;
import io.github.cloudjobs.http.CredentialBrake.Probe;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
  /** A poll that is refused while others with the same credentials are not tries no more often. */
  private static final int MOST_ROUNDS = 3;

  private final CredentialsProvider source;
  private final RequestSigner signer;
  private final ServerClock clock;
  private final CredentialBrake brake;
  private final RequestHeaders headers;
  private final AnswerReader reader;

  SigningInterceptor(
      CredentialsProvider source,
      RequestSigner signer,
      ServerClock clock,
      CredentialBrake brake,
      RequestHeaders headers,
      AnswerReader reader) {
    this.source = source;
    this.signer = signer;
    this.clock = clock;
    this.brake = brake;
    this.headers = headers;
    this.reader = reader;
  }

  /**
   * One request on the wire: what it was signed with, and what came back.
   *
   * @param response closed if it is a refusal
   */
  private record Attempt(
      Credentials credentials,
      Duration offset,
      boolean dated,
      Response response,
      @Nullable Refusal refusal) {}

  /** What a 401 said, and when. */
  private record Refusal(AuthenticationException error, @Nullable Instant date) {}

  @Override
  public Response intercept(Chain chain) throws IOException {
    try {
      return authenticated(chain, requireNonNull(chain.request().tag(PollTag.class)));
    } catch (Throwable t) { // anything at all: not all code has to declare what it throws
      throw CarriedException.of(t);
    }
  }

  private Response authenticated(Chain chain, PollTag tag)
      throws IOException, InterruptedException {
    for (int round = 1; ; round++) {
      Attempt attempt =
          attempt(chain, tag, brake.enter(source::get, tag, chain.call()::isCanceled));
      Refusal refusal = attempt.refusal();
      if (refusal == null) {
        return attempt.response();
      }
      if (round == MOST_ROUNDS) {
        throw refusal.error();
      }
    }
  }

  /** Sends, and where that is refused and it is this poll's turn to do so, finds a remedy. */
  private Attempt attempt(Chain chain, PollTag tag, Pass pass) throws IOException {
    try (Probe passed = pass.probe()) {
      Attempt attempt = send(chain, pass.credentials());
      Refusal refusal = attempt.refusal();
      if (refusal == null) {
        return settled(attempt, passed);
      }
      if (passed != null) {
        passed.refused(pass.credentials(), attempt.dated());
        return remedied(chain, attempt, refusal, passed);
      }
      try (Probe probe = brake.doubt(pass.credentials(), tag, attempt.dated())) {
        return probe == null ? attempt : remedied(chain, attempt, refusal, probe);
      }
    }
  }

  /** Tries what can be done differently, once. */
  private Attempt remedied(Chain chain, Attempt refused, Refusal refusal, Probe probe)
      throws IOException {
    boolean clockCorrected =
        refused.dated()
            && clock.learn(refused.offset(), refusal.date(), refusal.error().serviceMessage());
    Credentials fresh;
    try {
      fresh = source.refresh(refused.credentials());
    } catch (AuthenticationException refusedBySource) { // a wrong password, say
      throw probe.condemn(refusedBySource);
    }
    if (fresh.equals(refused.credentials()) && !(clockCorrected && probe.mayRetry(fresh))) {
      if (clockCorrected) {
        clock.restore(refused.offset());
      }
      throw probe.condemn(refusal.error());
    }
    if (!probe.takeAlong(fresh)) {
      return refused; // somebody else finds out about that one, or has
    }
    Attempt attempt = send(chain, fresh);
    if (attempt.refusal() != null) {
      if (clockCorrected) {
        clock.restore(refused.offset()); // it did not help: an edge's Date may be wrong, not ours
      }
      probe.refused(fresh, attempt.dated());
      throw probe.condemn(attempt.refusal().error());
    }
    return settled(attempt, probe);
  }

  private Attempt settled(Attempt attempt, @Nullable Probe probe) {
    if (isJudged(attempt.response().code())) {
      if (probe == null) {
        brake.accept(attempt.credentials());
      } else {
        probe.clear();
      }
    }
    return attempt;
  }

  /**
   * Whether an answer was given by someone who had looked at the signature. Other refusals may come
   * from whoever stands in between: 407, 413, 414, 431.
   */
  private static boolean isJudged(int status) {
    return switch (status) {
      case 400, 403, 404, 409 -> true;
      default -> status < 300;
    };
  }

  private Attempt send(Chain chain, Credentials credentials) throws IOException {
    Duration offset = clock.offset();
    Request request =
        signer.sign(
            chain.request(), credentials, clock.local().plus(offset), headers.signedNames());
    boolean dated = request.header("X-Sdk-Date") != null;
    Response response = sent(chain, request);
    Refusal refusal = response.code() == 401 ? refusalOf(response, dated) : null;
    return new Attempt(credentials, offset, dated, response, refusal);
  }

  private static Response sent(Chain chain, Request request) throws IOException {
    try {
      return chain.proceed(request);
    } catch (IOException e) {
      throw CarriedException.of(RequestHeaders.secretsOf(request).hide(e));
    }
  }

  private Refusal refusalOf(Response unauthorized, boolean dated) {
    try (unauthorized) {
      AuthenticationException error =
          (AuthenticationException) reader.readError(unauthorized, null);
      Instant date = ResponseTimes.date(unauthorized.headers(), clock.local());
      return new Refusal(dated ? blamingTheClock(error, date) : error, date);
    }
  }

  /** Adds what this machine's clock may have to do with it, unless that is said already. */
  private AuthenticationException blamingTheClock(
      AuthenticationException error, @Nullable Instant date) {
    String complaint = clock.complaint(date, error.serviceMessage());
    String advice = error.advice();
    if (complaint == null || (advice != null && advice.contains("correct this machine's clock"))) {
      return error;
    }
    return new AuthenticationException(
        error.getMessage() + "; " + complaint,
        error.statusCode(),
        error.errorCode(),
        error.serviceMessage(),
        error.requestId(),
        advice == null ? complaint : advice + "; " + complaint);
  }
}
