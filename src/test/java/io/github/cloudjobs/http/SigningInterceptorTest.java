package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.http.CredentialBreaker.Probe;
import io.github.cloudjobs.http.Transport.WrappedJobsException;
import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class SigningInterceptorTest {
  private final CredentialBreaker breaker = new CredentialBreaker();
  private final AtomicReference<Probe> other = new AtomicReference<>();

  private PollContext poll() {
    HttpUrl endpoint = HttpUrl.get("https://jobs.invalid");
    return new PollContext(endpoint, endpoint, new JobRef("p", "j"), breaker.generation());
  }

  private Response call(Interceptor gateway) throws Exception {
    SigningInterceptor signing =
        new SigningInterceptor(
            () -> {
              Probe probe = other.getAndSet(null);
              if (probe != null) {
                probe.accept();
              }
              return KEY;
            },
            RequestSigner.standard(),
            new ServerClock(Clock.systemUTC()),
            breaker,
            RequestHeaders.STANDARD.signedNames(),
            new AnswerReader(1));
    return new OkHttpClient.Builder()
        .addInterceptor(signing)
        .addInterceptor(gateway)
        .build()
        .newCall(
            new Request.Builder()
                .url("https://jobs.invalid/")
                .tag(PollContext.class, poll())
                .build())
        .execute();
  }

  private static Response answer(Interceptor.Chain chain, int status) {
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(status)
        .message("")
        .build();
  }

  @Test
  void aPollThatIsRefusedWhileItsCredentialsAreAcceptedElsewhereEndsAfterThreeAttempts() {
    AtomicInteger sent = new AtomicInteger();
    assertThatThrownBy(
            () ->
                call(
                    chain -> {
                      sent.incrementAndGet();
                      other.set(
                          breaker.suspect(
                              KEY, poll(),
                              true)); // another poll probes, until the next call of the provider
                      return answer(chain, 401);
                    }))
        .isInstanceOfSatisfying(
            WrappedJobsException.class,
            e -> assertThat(e).cause().isInstanceOf(AuthenticationException.class));
    assertThat(sent).hasValue(3);
    assertThat(breaker.generation()).isZero();
  }
}
