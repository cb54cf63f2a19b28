package io.github.cloudjobs.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** What a proxy is told after it has refused somebody. */
class CautiousLoginTest {
  private static final Request UNTOLD = new Request.Builder().url("http://jobs.example/").build();

  private long now;
  private final CautiousLogin login =
      new CautiousLogin(ProxyLogin.of("me", "hush".toCharArray()), () -> now);

  private Request asked(Request before) throws IOException {
    return login.authenticate(
        null,
        new Response.Builder()
            .request(before)
            .protocol(Protocol.HTTP_1_1)
            .code(407)
            .message("")
            .header("Proxy-Authenticate", "Basic realm=\"x\"")
            .build());
  }

  @Test
  void itIsToldNothingForHalfAMinuteAndThenOnceMore() throws IOException {
    Request told = asked(UNTOLD);
    assertThat(told.header("Proxy-Authorization")).startsWith("Basic ");
    assertThatExceptionOfType(ProxyRefusalException.class).isThrownBy(() -> asked(told));
    now = Duration.ofSeconds(30).toNanos() - 1;
    assertThatExceptionOfType(ProxyRefusalException.class)
        .isThrownBy(() -> asked(UNTOLD))
        .withMessageContaining("it refuses the user and the password");
    now++;
    assertThat(asked(UNTOLD).header("Proxy-Authorization")).startsWith("Basic ");
  }
}
