package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IamPasswordTest {
  @StartStop private final MockWebServer server = new MockWebServer();
  private final FakeEnvironment environment = new FakeEnvironment();
  private IamService iam;

  @BeforeEach
  void setUp() {
    iam = IamService.on(server);
  }

  private IamPasswordBuilder builder() {
    return CredentialsProvider.iamPassword(IamService.endpoint(server))
        .user("user A", "account B")
        .password(IamService.PASSWORD)
        .projectName("eu-de");
  }

  private CredentialsProvider provider() {
    return builder().build(environment.system());
  }

  @Test
  void logsInAsDocumentedAndReadsTheTokenFromTheHeader() throws Exception {
    assertThat(provider().get()).isEqualTo(IamService.token(1));
    assertThat(iam.logins.get(0))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"auth": {"identity": {"methods": ["password"], "password": {"user": {
                      "name": "user A", "password": "hush\\"&pass/wörd <1>",
                      "domain": {"name": "account B"}}}},
                    "scope": {"project": {"name": "eu-de"}}}}
                    """));
    assertThat(iam.foreign).isEmpty();
  }

  @Test
  void acceptsIdsOfUserAndProject() {
    builder().userId("u-1").projectId("p-1").build(environment.system()).get();
    assertThat(iam.logins.get(0).findPath("user").path("id").asText()).isEqualTo("u-1");
    assertThat(iam.logins.get(0).findPath("user").has("name")).isFalse();
    assertThat(iam.logins.get(0).findPath("scope")).hasToString("{\"project\":{\"id\":\"p-1\"}}");
  }

  @Test
  void anArrayWithThePasswordIsCopiedAndUsedForRenewals() throws Exception {
    char[] password = IamService.PASSWORD.toCharArray();
    IamPasswordBuilder builder = builder().password("another").password(password);
    assertThat(password).isEqualTo(IamService.PASSWORD.toCharArray());
    Arrays.fill(password, '*');
    CredentialsProvider provider = builder.build(environment.system());
    builder.password("yet another");
    provider.refresh(provider.get());
    assertThat(server.takeRequest().getConnectionIndex())
        .as("no connection is kept open")
        .isNotEqualTo(server.takeRequest().getConnectionIndex());
    assertThat(iam.logins)
        .hasSize(2)
        .allSatisfy(
            login ->
                assertThat(login.findPath("user").path("password").asText())
                    .isEqualTo(IamService.PASSWORD));
  }

  @Test
  void renewsTheTokenFiveMinutesBeforeItExpires() {
    CredentialsProvider provider = provider();
    provider.get();
    environment.advance(Duration.ofHours(24).minusMinutes(5));
    assertThat(provider.get()).isEqualTo(IamService.token(1));
    environment.advance(Duration.ofSeconds(1)); // the expiry has a fraction of a second
    provider.get();
    assertThat(provider.get()).isEqualTo(IamService.token(2));
  }

  @Test
  void theMessageOfAServiceThatRepeatsThePasswordHidesIt() {
    String echo = IamService.PASSWORD.replace("\"", "\\\"");
    iam.respondWith(MetadataService.status(400, "<Message>bad request: " + echo + "</Message>"));
    assertThatExceptionOfType(JobsServiceException.class)
        .isThrownBy(provider()::get)
        .withMessageContaining(": bad request: …; check")
        .satisfies(e -> assertThat(e.serviceMessage()).isEqualTo("bad request: …"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400 | ; check the user, the account and the project",
        "401 | ; check the user, the account and the password; several wrong passwords lock the"
            + " user, so the next login follows after 15 minutes; a user with MFA needs an access"
            + " key",
        "403 | ; the user may be locked or may not use this project, or the account's access rules"
            + " (ACL) forbid API access from this address",
        "404 | ; check the IAM endpoint and the project",
        "302 | ; redirects are not followed: check the IAM endpoint",
        "408 | ``",
        "429 | ``",
        "500 | ``",
        "503 | ``"
      })
  void aRefusalIsAServiceExceptionWithAdviceAfterOneLogin(int status, String advice) {
    String body = "{\"error_msg\":\"no\",\"error_code\":\"IAM.0011\"}";
    MockResponse.Builder refusal = MetadataService.status(status, body).newBuilder();
    iam.respondWith(
        refusal.addHeader("X-IAM-Trace-Id", "t-42").addHeader("Retry-After", "0").build());
    assertThatExceptionOfType(JobsServiceException.class)
        .isThrownBy(provider()::get)
        .withMessage(
            "HTTP %s from POST %s/v3/auth/tokens: IAM.0011: no (request t-42)%s",
            status, IamService.endpoint(server), advice)
        .isExactlyInstanceOf(
            switch (status) {
              case 401 -> AuthenticationException.class;
              case 429, 503 -> ThrottledException.class;
              default -> JobsServiceException.class;
            })
        .satisfies(e -> assertThat("; " + e.advice()).isIn(advice, "; null"))
        .matches(e -> !(e instanceof ThrottledException busy) || busy.retryAfter().isZero());
    assertThat(iam.logins).hasSize(1);
  }

  @Test
  void aResponseNeedsATokenAndNothingElse() {
    MockResponse.Builder response = MetadataService.status(201, "<html>").newBuilder();
    iam.respondWith(response.build());
    assertNoToken();
    iam.respondWith(response.setHeader("X-Subject-Token", "").build());
    assertNoToken();
    iam.respondWith(response.setHeader("X-Subject-Token", "two words").build());
    assertNoToken();
    iam.respondWith(response.setHeader("X-Subject-Token", "token").build());
    assertThat(provider().get()).isEqualTo(Credentials.token("token"));
  }

  private void assertNoToken() {
    assertThatExceptionOfType(JobsServiceException.class)
        .isThrownBy(provider()::get)
        .withMessageEndingWith("/v3/auth/tokens: no X-Subject-Token that can be used")
        .withNoCause()
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(201));
  }

  @Test
  void usesAUsersClientWithoutChangingIt() {
    List<Long> timeouts = new ArrayList<>();
    OkHttpClient user =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  timeouts.add(chain.call().timeout().timeoutNanos());
                  return chain.proceed(chain.request());
                })
            .build();
    builder().httpClient(user).build(environment.system()).get();
    assertThat(timeouts).containsExactly(15_000_000_000L);
    assertThat(user.callTimeoutMillis()).isZero();
    assertThat(user.followRedirects()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'https://iam.invalid', https://iam.invalid",
    "' HTTPS://iam.invalid:8443/v3/ ', https://iam.invalid:8443",
    "'https://proxy.invalid/iam//v3//', https://proxy.invalid/iam",
    "'https://iam.invalid/v3/auth/tokens/', https://iam.invalid",
    "'http://[::1]:8080', http://[::1]:8080",
    "http://hush.invalid,",
    "https://user:hush@iam.invalid,",
    "https://iam.invalid?hush,",
    "https://{hush},",
    "h u s h,",
    "'',"
  })
  void acceptsEndpointsAsOpenStackWritesThemIfTheyAreSafe(String given, String used) {
    if (used != null) {
      assertThat(CredentialsProvider.iamPassword(given))
          .hasToString("IamPasswordBuilder[" + used + "]");
      return;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CredentialsProvider.iamPassword(given))
        .withMessageStartingWith("iamEndpoint must ")
        .withMessageNotContaining("hush")
        .withNoCause();
  }

  @Test
  void buildNamesWhatIsMissing() {
    IamPasswordBuilder empty = CredentialsProvider.iamPassword("https://iam.invalid");
    assertThatIllegalStateException()
        .isThrownBy(empty::build)
        .withMessage("iamPassword(..).user(..) or userId(..) is missing");
    assertThatIllegalStateException()
        .isThrownBy(empty.userId("u")::build)
        .withMessage("iamPassword(..).password(..) is missing");
    assertThatIllegalStateException()
        .isThrownBy(empty.password("hush")::build)
        .withMessage("iamPassword(..).projectId(..) or projectName(..) is missing");
    assertThat(empty.projectId("p").build()).hasToString("IAM at https://iam.invalid");
  }

  @ParameterizedTest
  @CsvSource({
    "'hush\n', U+000A (line feed) at index 4",
    "'\u0000hush', U+0000 (null) at index 0",
    "'hu\ud83dsh', U+D83D (half of a surrogate pair) at index 2",
    "' ',",
    "' two words 😀\u00a0',"
  })
  void aPasswordMayHoldBlanksButNoLineEndAndNoBrokenCharacter(String password, String refused) {
    IamPasswordBuilder builder = builder();
    if (refused == null) {
      builder.password(password).build(environment.system()).get();
      assertThat(iam.logins.get(0).findPath("user").path("password").asText()).isEqualTo(password);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.password(password))
          .withMessage("password holds " + refused);
      assertThat(builder.build(environment.system()).get()).isEqualTo(IamService.token(1));
    }
  }

  static Stream<Consumer<IamPasswordBuilder>> blank() {
    return Stream.of(
        builder -> builder.user(" ", "a"),
        builder -> builder.user("n", ""),
        builder -> builder.userId(""),
        builder -> builder.projectId("\t"),
        builder -> builder.projectName(""),
        builder -> builder.password(""));
  }

  @ParameterizedTest
  @MethodSource("blank")
  void blankTextIsRefused(Consumer<IamPasswordBuilder> call) {
    assertThatIllegalArgumentException().isThrownBy(() -> call.accept(builder()));
  }
}
