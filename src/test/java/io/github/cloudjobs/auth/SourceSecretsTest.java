package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsServiceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Provokes every failure of every source, and looks for what it was given in everything that can be
 * printed: texts, messages, causes, suppressed exceptions and what they carry. Every secret here
 * begins with {@code hush}.
 */
class SourceSecretsTest {
  private static final String HUSH = "hush-secret\"&/+=<1>";
  private static final String HUSH_TEXT = "hush-secret/+="; // as it is in JSON and headers

  @StartStop private final MockWebServer server = new MockWebServer();
  @TempDir private Path home;
  private final FakeEnvironment environment = new FakeEnvironment();
  private final List<String> failures = new ArrayList<>();

  /** Asks in every way, several times, and keeps whatever can be printed. */
  private void provoke(CredentialsProvider provider) {
    assertSafe(provider.toString());
    for (int i = 0; i < 3; i++) {
      try {
        Credentials found = provider.get();
        assertSafe(found.toString());
        assertSafe(provider.refresh(found).toString());
      } catch (RuntimeException failure) {
        failures.add(String.valueOf(failure.getMessage()));
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

  @Test
  void environmentAndChainContainNoSecret() {
    environment.variables.putAll(
        Map.of(
            "HUAWEICLOUD_SDK_SK",
            HUSH,
            "HW_ACCESS_KEY",
            "AK",
            "HW_SECRET_KEY",
            HUSH + "\0",
            "OS_TOKEN",
            HUSH + "ключ",
            "OS_PASSWORD",
            HUSH,
            "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
            "\0" + HUSH));
    environment.properties.put(EcsMetadata.ADDRESS_PROPERTY, "http://" + HUSH + ".invalid");
    provoke(ChainedCredentials.ofDefaults(environment.system()));
    assertThat(failures).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HUSH,
        "[" + HUSH + "]\nak = " + HUSH,
        "[basic]\n" + HUSH + "\nak: " + HUSH,
        "[basic]\nak = AK\nsk = " + HUSH + " " + HUSH,
        "[basic]\nidp_id = " + HUSH + "\nid_token_file = " + HUSH
      })
  void fileContainsNoSecret(String text) throws IOException {
    Path file = home.resolve("credentials");
    Files.writeString(file, "[basic]\nak = AK\nsk = " + HUSH);
    CredentialsProvider provider = FileCredentials.at(file);
    provider.get();
    Files.writeString(file, text);
    provoke(provider);
    provoke(FileCredentials.at(file));
    assertThat(failures).hasSize(6);
  }

  /** Responses that contain the secret in every place. */
  static Stream<MockResponse> responses() {
    return Stream.of(
            response(400).body("{\"error_msg\":\"" + HUSH_TEXT + "\"}"),
            response(401).body("{\"error\":{\"message\":\"no " + HUSH_TEXT + "\",\"code\":\"c\"}}"),
            response(502).body("<html>" + HUSH_TEXT),
            response(200)
                .body(
                    MetadataService.key("x", "A")
                        .replace(MetadataService.SECRET, HUSH_TEXT + "\\u0000")),
            response(201).body("{\"token\":{\"expires_at\":\"" + HUSH_TEXT + "\"}}"),
            response(201).addHeaderLenient("X-Subject-Token", HUSH_TEXT + "ключ"),
            response(200).body(HUSH_TEXT.repeat(100_000)),
            response(200)
                .body(HUSH_TEXT.repeat(1_000))
                .onResponseBody(new SocketEffect.CloseSocket()),
            response(429)
                .addHeader("Retry-After", HUSH_TEXT)
                .addHeader("Date", HUSH_TEXT)
                .addHeader("X-Request-Id", HUSH_TEXT),
            response(307).addHeader("Location", "http://127.0.0.1:9/" + HUSH_TEXT),
            new MockResponse.Builder().status("HTTP/1.1 " + HUSH_TEXT))
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
    assertThat(failures).isNotEmpty();
    service.answerKey(null);
    service.answerToken(response);
    service.forgetTokens();
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
            .password(HUSH_TEXT)
            .projectId("p");
    assertSafe(builder.toString());
    CredentialsProvider provider = builder.build(environment.system());
    iam.answer(response);
    provoke(provider);
    assertThat(failures).isNotEmpty();
    iam.answer(null);
    environment.advance(Duration.ofHours(1));
    provoke(provider);
  }
}
