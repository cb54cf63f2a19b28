package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.JobPollException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshOnRefusalTest {
  private static final Credentials OLD = Credentials.accessKey("AKOLD", SECRET);
  private static final Credentials NEW = Credentials.accessKey("AKNEW", SECRET);
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-05-28T12:00:00Z"), ZoneOffset.UTC);
  private static final String HOUR_LATER = "Thu, 28 May 2026 13:00:00 GMT";

  @StartStop private final MockWebServer server = new MockWebServer();
  private final List<Credentials> broughtBack = new ArrayList<>();
  private Supplier<Credentials> next = () -> NEW;

  private JobsClient client() {
    CredentialsProvider provider =
        new CredentialsProvider() {
          @Override
          public Credentials get() {
            return OLD;
          }

          @Override
          public Credentials refresh(Credentials refused) {
            broughtBack.add(refused);
            return next.get();
          }
        };
    return Gateway.client(server).clock(NOON).credentials(provider).build();
  }

  private static MockResponse refusalOfAnHourLater() {
    return Gateway.refusal("0301", "verify aksk signature fail")
        .addHeader("Date", HOUR_LATER)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refreshReceivesTheRefusedCredentialsAndItsResultIsSent(boolean async) throws Exception {
    server.enqueue(Gateway.unknownKey());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      Gateway.poll(client, async);
    }
    assertThat(broughtBack).containsExactly(OLD);
    assertThat(Gateway.accepts(OLD, Gateway.received(server))).isTrue();
    assertThat(Gateway.accepts(NEW, Gateway.received(server))).isTrue();
  }

  @Test
  void theSameCredentialsAreNotSentAgain() {
    next = () -> OLD;
    server.enqueue(Gateway.unknownKey());
    try (JobsClient client = client()) {
      assertThatThrownBy(() -> Gateway.poll(client, false))
          .isInstanceOf(AuthenticationException.class);
    }
    assertThat(broughtBack).containsExactly(OLD);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void oneProbeTriesBothACorrectedClockAndOtherCredentials() throws Exception {
    server.enqueue(refusalOfAnHourLater());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      Gateway.poll(client, false);
    }
    assertThat(Gateway.received(server).getHeaders().get("X-Sdk-Date"))
        .isEqualTo("20260528T120000Z");
    RecordedRequest probe = Gateway.received(server);
    assertThat(probe.getHeaders().get("X-Sdk-Date")).isEqualTo("20260528T130000Z");
    assertThat(Gateway.accepts(NEW, probe)).isTrue();
  }

  @Test
  void theAdviceNamesADifferenceOfClocksThatGatewaysRefuse() {
    server.enqueue(refusalOfAnHourLater());
    server.enqueue(refusalOfAnHourLater());
    String complaint =
        "check the keys and this machine's clock; this machine's clock is 60 min behind the"
            + " gateway's, which takes 15 min at most: set it";
    try (JobsClient client = client()) {
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> Gateway.poll(client, false))
          .withMessageEndingWith("; " + complaint)
          .satisfies(e -> assertThat(e.advice()).isEqualTo(complaint))
          .satisfies(e -> assertThat(e.errorCode()).isEqualTo("APIGW.0301"));
    }
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void theAdviceNamesADifferenceOfClocksOnce() {
    next = () -> OLD;
    MockResponse late =
        Gateway.refusal(
                "0301",
                "calc aksk signature fail:signature expired, signature time:20260528T120000Z,"
                    + "server time:20260528T130000Z")
            .build();
    server.enqueue(late);
    server.enqueue(late);
    try (JobsClient client = client()) {
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> Gateway.poll(client, false))
          .withMessageEndingWith("says 20260528T130000Z: correct this machine's clock");
    }
  }

  @Test
  void aRefusedTokenIsSentOnceAndTheAdviceDoesNotNameTheClock() {
    server.enqueue(
        Gateway.refusal("0307", "The token must be updated").addHeader("Date", HOUR_LATER).build());
    try (JobsClient client =
        Gateway.client(server).clock(NOON).credentials(Credentials.token("token")).build()) {
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> Gateway.poll(client, false))
          .withMessageEndingWith("the token has expired or belongs to another region")
          .withMessageNotContaining("clock");
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aFailedRefreshLeavesTheProbeToTheNextPoll() {
    next =
        () -> {
          throw new JobsTransportException("away", null);
        };
    server.enqueue(Gateway.unknownKey());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      assertThatThrownBy(() -> Gateway.poll(client, false)).hasMessage("away");
      Gateway.poll(client, true);
    }
  }

  @Test
  void whileTheSourceIsAwayAKeyIsRefusedFiveTimesAtMost() {
    next =
        () -> {
          throw new JobsTransportException("away", null);
        };
    Gateway.answerBy(server, request -> Gateway.unknownKey());
    try (JobsClient client = client()) {
      for (int poll = 1; poll < 5; poll++) {
        assertThatThrownBy(() -> Gateway.poll(client, false)).hasMessage("away");
      }
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        waits.add(client.waitForCompletionAsync(Gateway.PROJECT, Gateway.JOB + i));
      }
      for (CompletableFuture<Job> wait : waits) {
        assertThatThrownBy(() -> Gateway.join(wait))
            .isInstanceOf(JobPollException.class)
            .hasMessageContaining("HTTP 401")
            .hasMessageContaining("APIGW.0301");
      }
    }
    assertThat(server.getRequestCount()).isEqualTo(5);
  }

  @Test
  void exceptionsAndNullOfRefreshAreReportedAsThoseOfGet() {
    try (JobsClient client = client()) {
      next =
          () -> {
            throw new IllegalStateException("hush");
          };
      server.enqueue(Gateway.unknownKey());
      assertThatExceptionOfType(JobsException.class)
          .isThrownBy(() -> Gateway.poll(client, false))
          .withMessage("the credentials provider failed: java.lang.IllegalStateException");
      next = () -> null;
      server.enqueue(Gateway.unknownKey());
      assertThatExceptionOfType(JobsException.class)
          .isThrownBy(() -> Gateway.poll(client, true))
          .withMessage("the credentials provider returned null");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedTokenIsReplacedByTheProvidersNext(boolean async) throws Exception {
    Iterator<Credentials> tokens =
        List.of(Credentials.token("old." + TOKEN), Credentials.token("new." + TOKEN)).iterator();
    server.enqueue(
        Gateway.refusal("0307", "The token must be updated").addHeader("Date", HOUR_LATER).build());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = Gateway.client(server).clock(NOON).credentials(tokens::next).build()) {
      Gateway.poll(client, async);
    }
    assertThat(Gateway.received(server).getHeaders().get("X-Auth-Token")).startsWith("old.");
    assertThat(Gateway.received(server).getHeaders().get("X-Auth-Token")).startsWith("new.");
  }
}
