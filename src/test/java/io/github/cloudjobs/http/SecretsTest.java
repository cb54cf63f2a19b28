package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.MalformedJobException;
import java.net.ProtocolException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  @Test
  void aStatusLineThatIsNotHttpIsQuotedWithoutTheSecret() {
    server.enqueue(new MockResponse.Builder().status("SSH-2.0-OpenSSH " + TOKEN).build());
    assertThat(Gateway.failure(Gateway.client(server).credentials(Credentials.token(TOKEN))))
        .hasMessageEndingWith("ProtocolException, Unexpected status line: SSH-2.0-OpenSSH …")
        .hasCauseExactlyInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE"})
  void aSampleOfATooLargeBodyContainsNoSecret(String charset) {
    Gateway.respondBy(
        server,
        request -> {
          String body = QuotingResponses.proofs(request) + " ".repeat(900);
          return new MockResponse.Builder()
              .addHeader("Content-Type", "text/plain;charset=" + charset)
              .body(new Buffer().writeString(body, Charset.forName(charset)))
              .build();
        });
    Throwable error =
        Gateway.failure(
            Gateway.client(server).credentials(Credentials.token(TOKEN)).maxBodyBytes(500));
    assertThat(error)
        .hasMessageContaining("larger than the limit of 500 bytes")
        .hasMessageNotContaining(TOKEN.substring(0, 10))
        .hasNoCause();
    assertThat(((MalformedJobException) error).excerpt()).contains("X-Auth-Token: …");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void aBodyThatOnlyItsByteOrderMarkLabelsRepeatsNone(String charset) {
    for (String quote : List.of("key: %s", "<html>key: %s", "{\"error_msg\":\"key: %s\"}")) {
      for (int status : new int[] {200, 502}) {
        assertHidden(
            key ->
                new MockResponse.Builder()
                    .code(status)
                    .body(
                        new Buffer()
                            .writeString(
                                "\uFEFF" + quote.formatted(key), Charset.forName(charset))),
            "key: …");
      }
    }
  }

  /**
   * Polls with a header that is a secret, and reads the exception for a response that quotes it.
   */
  private void assertHidden(Function<String, MockResponse.Builder> quoting, String shown) {
    Gateway.respondBy(
        server, request -> quoting.apply(request.getHeaders().get("X-Api-Key")).build());
    assertThat(Gateway.failure(Gateway.client(server).header("X-Api-Key", "hunter2password")))
        .hasMessageContaining(shown)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aLongPageIsCutOnlyAfterItsSecretsAreHidden() {
    for (String page :
        List.of("<html>%s", "<Error><Message>%s</Message>", "{\"message\":\"<html>%s\"}")) {
      for (int before = 280; before < 300; before++) {
        String words = "x".repeat(before) + " ";
        assertHidden(
            key -> Gateway.response(502, page.formatted(words + key + " and more ".repeat(9))),
            "xxx");
      }
    }
  }
}
