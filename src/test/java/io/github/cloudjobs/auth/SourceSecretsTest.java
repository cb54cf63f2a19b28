package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsServiceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Provokes every failure of the sources that send requests, and looks for what it was given in
 * everything that can be printed: texts, messages, causes, suppressed exceptions and what they
 * carry. Every secret here begins with {@code hush}.
 */
class SourceSecretsTest {
  private static final String HUSH = "hush-secret/+="; // as it is in JSON and headers

  @StartStop private final MockWebServer server = new MockWebServer();
  private final FakeEnvironment environment = new FakeEnvironment();
  private int failures;

  /** Asks in every way, several times, and keeps whatever can be printed. */
  private void provoke(CredentialsProvider provider) {
    assertSafe(provider.toString());
    for (int i = 0; i < 3; i++) {
      try {
        Credentials found = provider.get();
        assertSafe(found.toString());
        assertSafe(provider.refresh(found).toString());
      } catch (RuntimeException failure) {
        failures++;
        assertSafe(everythingOf(failure));
      }
      environment.advance(Duration.ofMillis(700));
    }
    assertSafe(provider.toString());
  }

  private static void assertSafe(String printed) {
    assertThat(printed).doesNotContainIgnoringCase("hush");
  }

  private static String everythingOf(Throwable failure) {
    StringWriter everything = new StringWriter();
    failure.printStackTrace(new PrintWriter(everything, true)); // with causes and suppressed
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof JobsServiceException answer) {
        everything
            .append(answer.errorCode() + answer.serviceMessage())
            .append(answer.requestId() + answer.advice());
      }
    }
    return everything.toString();
  }

  /** Responses that contain the secret in every place. */
  static Stream<MockResponse> responses() {
    return Stream.of(
            response(400).body("{\"error_msg\":\"" + HUSH + "\"}"),
            response(401).body("{\"error\":{\"message\":\"no " + HUSH + "\",\"code\":\"c\"}}"),
            response(502).body("<html>" + HUSH),
            response(200)
                .body(
                    MetadataService.key("x", "A")
                        .replace(MetadataService.SECRET, HUSH + "\\u0000")),
            response(201).body("{\"token\":{\"expires_at\":\"" + HUSH + "\"}}"),
            response(201).addHeaderLenient("X-Subject-Token", HUSH + "ключ"),
            response(200).body(HUSH.repeat(100_000)),
            response(200).body(HUSH.repeat(1_000)).onResponseBody(new SocketEffect.CloseSocket()),
            response(429)
                .addHeader("Retry-After", HUSH)
                .addHeader("Date", HUSH)
                .addHeader("X-Request-Id", HUSH),
            response(307).addHeader("Location", "http://127.0.0.1:9/" + HUSH),
            new MockResponse.Builder().status("HTTP/1.1 " + HUSH))
        .map(MockResponse.Builder::build);
  }

  private static MockResponse.Builder response(int status) {
    return new MockResponse.Builder().code(status);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void metadataContainsNoSecret(MockResponse response) {
    MetadataService service = MetadataService.on(server);
    service.requireTokens();
    CredentialsProvider provider =
        EcsMetadata.provider(MetadataService.address(server).toString(), environment.system());
    service.answerKey(response);
    provoke(provider);
    assertThat(failures).isPositive();
    service.answerKey(null);
    service.answerToken(response);
    environment.advance(Duration.ofHours(7));
    provoke(provider);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void iamContainsNoSecret(MockResponse response) {
    IamService iam = IamService.on(server);
    IamPasswordBuilder builder =
        CredentialsProvider.iamPassword(IamService.endpoint(server))
            .user("user", "account")
            .password(HUSH)
            .projectId("p");
    assertSafe(builder.toString());
    CredentialsProvider provider = builder.build(environment.system());
    iam.answer(response);
    provoke(provider);
    assertThat(failures).isPositive();
    iam.answer(null);
    environment.advance(Duration.ofHours(1));
    provoke(provider);
  }
}
