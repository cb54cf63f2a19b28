package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedTokenTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-05-28T12:00:00Z"), ZoneOffset.UTC);
  private static final String TEN_PAST = "Thu, 28 May 2026 12:10:00 GMT";

  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTokenIsAskedForAgainAndTheClockDoesNotMatter(boolean async) throws Exception {
    Iterator<Credentials> tokens =
        List.of(Credentials.token("old." + TOKEN), Credentials.token("new." + TOKEN)).iterator();
    server.enqueue(
        Gateway.refusal("0307", "The token must be updated").addHeader("Date", TEN_PAST).build());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = Gateway.client(server).clock(NOON).credentials(tokens::next).build()) {
      Gateway.poll(client, async);
    }
    assertThat(Gateway.received(server).getHeaders().get("X-Auth-Token")).startsWith("old.");
    assertThat(Gateway.received(server).getHeaders().get("X-Auth-Token")).startsWith("new.");
  }

  @Test
  void aTokenThatStaysTheSameIsTriedOnce() {
    server.enqueue(
        Gateway.refusal("0307", "The token must be updated").addHeader("Date", TEN_PAST).build());
    try (JobsClient client =
        Gateway.client(server).clock(NOON).credentials(Credentials.token(TOKEN)).build()) {
      assertThatThrownBy(() -> Gateway.poll(client, false))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageEndingWith("the token has expired or belongs to another region");
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }
}
