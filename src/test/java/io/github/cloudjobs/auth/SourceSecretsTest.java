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
 * Failures of the sources that send requests print no secret: no text, message, cause or suppressed
 * exception. Every secret here begins with {@code hush}.
 */
class SourceSecretsTest {
  private static final String HUSH = "hush-secret/+="; // as it is in JSON and headers

  @StartStop private final MockWebServer server = new MockWebServer();
  private final FakeEnvironment environment = new FakeEnvironment();
  private final StringWriter printed = new StringWriter();
  private int failures;

  private void ask(CredentialsProvider provider) {
    try {
      Credentials found = provider.get();
      printed.append(found.toString()).append(provider.refresh(found).toString());
    } catch (RuntimeException failure) {
      failures++;
      failure.printStackTrace(new PrintWriter(printed, true)); // with causes and suppressed
      if (failure instanceof JobsServiceException error) {
        printed.append(error.errorCode() + error.serviceMessage() + error.requestId());
      }
    }
    printed.append(provider.toString());
    environment.advance(Duration.ofHours(1));
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
  void neitherSourceRepeatsASecret(MockResponse response) {
    MetadataService metadata = MetadataService.on(server);
    CredentialsProvider agency =
        EcsMetadata.provider(MetadataService.address(server).toString(), environment.system());
    metadata.respondToKeyRequest(response);
    ask(agency);
    metadata.respondToTokenRequest(response);
    ask(agency);
    IamService iam = IamService.on(server);
    IamPasswordBuilder builder =
        CredentialsProvider.iamPassword(IamService.endpoint(server))
            .user("user", "account")
            .password(HUSH)
            .projectId("p");
    CredentialsProvider tokens = builder.build(environment.system());
    iam.respondWith(response);
    ask(tokens);
    iam.respondWith(null);
    ask(tokens);
    assertThat(failures).isGreaterThanOrEqualTo(2);
    assertThat(printed.append(builder.toString()).toString()).doesNotContainIgnoringCase("hush");
  }
}
