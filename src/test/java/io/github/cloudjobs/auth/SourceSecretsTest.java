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
import java.util.function.Consumer;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Provokes every failure of every source, and looks for what it was given in everything that can be
 * printed: texts, messages, causes, suppressed exceptions and what they carry. Every secret here
 * begins with {@code hush}.
 */
class SourceSecretsTest {
  private static final String HUSH = "hush-secret\"&/+=<1>";

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

  static Stream<Map<String, String>> environments() {
    return Stream.of(
        Map.of(),
        Map.of("HUAWEICLOUD_SDK_SK", HUSH),
        Map.of("HW_ACCESS_KEY", "hush-ключ", "HW_SECRET_KEY", HUSH),
        Map.of("HW_ACCESS_KEY", "AK", "HW_SECRET_KEY", HUSH + "\0"),
        Map.of("HW_ACCESS_KEY", "AK", "HW_SECRET_KEY", HUSH, "HW_SECURITY_TOKEN", HUSH + "\u0007"),
        Map.of("HW_AUTH_TOKEN", HUSH + "ключ"),
        Map.of("OS_SECURITY_TOKEN", HUSH, "OS_PASSWORD", HUSH),
        Map.of("OS_AK", "AK", "OS_SK", HUSH, "OS_ST", HUSH),
        Map.of("OS_TOKEN", HUSH),
        Map.of("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "\0" + HUSH));
  }

  @ParameterizedTest
  @MethodSource("environments")
  void environmentAndChainContainNoSecret(Map<String, String> variables) {
    environment.variables.putAll(variables);
    environment.properties.put("user.home", home.toString());
    environment.properties.put(EcsMetadata.ADDRESS_PROPERTY, "http://" + HUSH + ".invalid");
    provoke(new EnvironmentCredentials(environment.system()));
    provoke(FileCredentials.atDefaultPath(environment.system()));
    provoke(ChainedCredentials.ofDefaults(environment.system()));
    assertThat(failures).isNotEmpty();
  }

  static Stream<String> files() {
    return Stream.of(
        "",
        HUSH,
        "[" + HUSH + "]\nak = " + HUSH,
        "[basic]\nsk = " + HUSH,
        "[basic]\n" + HUSH + "\nak: " + HUSH,
        "[basic]\nak = " + HUSH + "ключ\nsk = " + HUSH,
        "[basic]\nak = AK\nsk = " + HUSH + "\0",
        "[basic]\nak = AK\nsk = " + HUSH + " " + HUSH,
        "[basic]\nak = AK\nsk = " + HUSH + "\nsecurity_token = " + HUSH + "ключ",
        "[basic]\nidp_id = " + HUSH + "\nid_token_file = " + HUSH,
        HUSH.repeat(5_000));
  }

  @ParameterizedTest
  @MethodSource("files")
  void fileContainsNoSecret(String text) throws IOException {
    Path file = Files.writeString(home.resolve("credentials"), text);
    provoke(FileCredentials.at(file));
    assertThat(failures).hasSize(3);
  }

  @Test
  void aFileThatWasReadBeforeContainsNoSecret() throws IOException {
    Path file = home.resolve("credentials");
    Files.writeString(file, "[basic]\nak = AK\nsk = " + HUSH);
    CredentialsProvider provider = FileCredentials.at(file);
    provider.get();
    Files.writeString(file, "[basic]\nak = AK\nsk = " + HUSH + " " + HUSH);
    provoke(provider);
    assertThat(failures).hasSize(3);
  }

  /** Answers of a service that hold the secret in every place that an answer has. */
  private static Map<String, MockResponse> troubles(String secret) {
    return Map.ofEntries(
        answer("message", 400, "{\"error_msg\":\"" + secret + "\"}"),
        answer("code", 403, "{\"error_code\":\"" + secret + "\"}"),
        answer("request id", 404, "{\"request_id\":\"" + secret + "\"}"),
        answer("refused", 401, "{\"error\":{\"message\":\"no " + secret + "\",\"code\":\"c\"}}"),
        answer("html", 502, "<html>" + secret),
        answer("cut", 500, "{\"message\":\"" + secret),
        answer("bare", 200, secret),
        answer("array", 200, "[\"" + secret + "\"]"),
        answer("half", 200, "{\"credential\":{\"access\":\"" + secret),
        answer("other keys", 200, "{\"credential\":{\"sk\":\"" + secret + "\"}}"),
        answer(
            "unusable",
            200,
            "{\"credential\":{\"access\":\"A\",\"secret\":\""
                + secret
                + "\\u0000\",\"securitytoken\":\""
                + secret
                + "\"}}"),
        answer("created", 201, "{\"token\":{\"expires_at\":\"" + secret + "\"}}"),
        answer("huge", 200, secret.repeat(100_000)),
        Map.entry(
            "token that no header can carry",
            new MockResponse.Builder()
                .code(201)
                .addHeaderLenient("X-Subject-Token", secret + "ключ")
                .build()),
        Map.entry(
            "headers",
            new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", secret)
                .addHeader("Date", secret)
                .addHeader("X-Request-Id", secret)
                .build()),
        Map.entry(
            "redirect",
            new MockResponse.Builder()
                .code(307)
                .addHeader("Location", "http://127.0.0.1:9/" + secret)
                .build()),
        Map.entry("no HTTP", new MockResponse.Builder().status("HTTP/1.1 " + secret).build()),
        Map.entry(
            "status line", new MockResponse.Builder().status("HTTP/1.1 418 " + secret).build()),
        Map.entry(
            "dropped",
            new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build()),
        Map.entry(
            "slow",
            new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build()),
        Map.entry(
            "cut off",
            new MockResponse.Builder()
                .body(secret.repeat(1_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build()));
  }

  private static Map.Entry<String, MockResponse> answer(String name, int status, String body) {
    return Map.entry(name, MetadataService.status(status, body));
  }

  static Stream<Arguments> everyTrouble() {
    return troubles("").keySet().stream()
        .flatMap(name -> Stream.of("key", "token").map(of -> Arguments.of(name, of)));
  }

  @ParameterizedTest
  @MethodSource("everyTrouble")
  void metadataContainsNoSecret(String trouble, String of) {
    MetadataService service = MetadataService.on(server);
    service.requireTokens();
    MockResponse answer = troubles("hush-secret/+=").get(trouble);
    Consumer<MockResponse> where = of.equals("key") ? service::answerKey : service::answerToken;
    where.accept(answer);
    EcsMetadata metadata =
        new EcsMetadata(
            MetadataService.address(server).toString(),
            Duration.ofMillis(trouble.equals("slow") ? 50 : 5_000));
    provoke(new CachedCredentials("metadata", metadata, EcsMetadata.MARGIN, environment.system()));
    where.accept(null);
    service.forgetTokens();
    environment.advance(Duration.ofMinutes(1));
    provoke(new CachedCredentials("metadata", metadata, EcsMetadata.MARGIN, environment.system()));
    if (of.equals("key")) {
      assertThat(failures).isNotEmpty();
    }
  }

  static Stream<String> everyAnswerOfIam() {
    return troubles("").keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("everyAnswerOfIam")
  void iamContainsNoSecret(String trouble) {
    IamService iam = IamService.on(server);
    OkHttpClient user =
        new OkHttpClient.Builder()
            .callTimeout(Duration.ofMillis(trouble.equals("slow") ? 50 : 5_000))
            .build();
    IamPasswordBuilder builder =
        CredentialsProvider.iamPassword(IamService.endpoint(server))
            .user("user", "account")
            .password("hush-secret/+=")
            .projectId("p")
            .httpClient(user);
    assertSafe(builder.toString());
    CredentialsProvider provider = builder.build(environment.system());
    iam.answer(troubles("hush-secret/+=").get(trouble));
    provoke(provider);
    assertThat(failures).isNotEmpty();
    iam.answer(null);
    environment.advance(Duration.ofHours(1));
    provoke(provider);
  }
}
