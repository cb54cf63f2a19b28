package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2024-03-05T12:00:00Z"), ZoneOffset.UTC);

  @StartStop private final MockWebServer server = new MockWebServer();

  private RecordedRequest polled(JobsClient.Builder builder) throws InterruptedException {
    server.enqueue(Gateway.job("RUNNING"));
    Gateway.pollOnce(builder);
    return Gateway.received(server);
  }

  private JobsClient.Builder scoped() {
    return Gateway.client(server).projectHeader("sub-1").domainId("domain-1");
  }

  @Test
  void headersOfTheUserAreSentUnsigned() throws Exception {
    RecordedRequest request =
        polled(
            Gateway.client(server)
                .header("X-Trace", " team: jobs ")
                .header("Accept-Language", "en-us")
                .header("X-Empty", ""));
    Headers headers = request.getHeaders();
    assertThat(headers.get("X-Trace")).isEqualTo("team: jobs");
    assertThat(headers.get("Accept-Language")).isEqualTo("en-us");
    assertThat(headers.get("X-Empty")).isEmpty();
    assertThat(headers.get("Authorization")).contains("SignedHeaders=host;x-sdk-date, ");
    assertThat(Gateway.accepts(KEY, request)).isTrue();
  }

  @Test
  void siblingsAndSignedRequestsHaveTheSameHeaders() throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = scoped().header("X-Trace", "1").userAgentSuffix("orders/2").build();
        JobsClient sibling = client.with(JobsService.ELB_V1, Gateway.endpoint(server))) {
      sibling.pollJobAsync(PROJECT, JOB).join();
      Headers sent = Gateway.received(server).getHeaders();
      Request signed = client.signedRequest(PROJECT, JOB);
      for (String name : new String[] {"X-Trace", "User-Agent", "X-Project-Id", "X-Domain-Id"}) {
        assertThat(sent.get(name)).isNotNull().isEqualTo(signed.header(name));
      }
    }
  }

  @Test
  void theUserAgentEndsWithTheLastSuffix() throws Exception {
    JobsClient.Builder builder =
        Gateway.client(server).userAgentSuffix("first").userAgentSuffix(" orders/2.1 (batch) ");
    assertThat(polled(builder).getHeaders().get("User-Agent"))
        .matches("jobs-client/\\d+\\.\\d+\\.\\d+(-SNAPSHOT)? orders/2\\.1 \\(batch\\)");
  }

  @Test
  void theOfficialSdkMakesTheSameSignature() {
    try (JobsClient client = scoped().clock(NOON).build()) {
      Request ours = client.signedRequest(PROJECT, JOB);
      Map<String, String> theirs =
          AKSKSigner.getInstance()
              .sign(
                  HttpRequest.newBuilder()
                      .withEndpoint(Gateway.endpoint(server))
                      .withPath("/v1/" + PROJECT + "/jobs/" + JOB)
                      .withMethod(HttpMethod.GET)
                      .addHeader("X-Sdk-Date", "20240305T120000Z")
                      .addHeader("X-Project-Id", "sub-1")
                      .addHeader("X-Domain-Id", "domain-1")
                      .build(),
                  new BasicCredentials().withAk("AKOFTHETESTS00000001").withSk(SECRET));
      assertThat(ours.header("Authorization")).isEqualTo(theirs.get("Authorization"));
    }
  }

  @Test
  void aTokenIsSentWithProjectAndDomainToo() throws Exception {
    Headers headers = polled(scoped().credentials(Credentials.token(TOKEN))).getHeaders();
    assertThat(headers.get("X-Project-Id")).isEqualTo("sub-1");
    assertThat(headers.get("X-Domain-Id")).isEqualTo("domain-1");
    assertThat(headers.get("X-Auth-Token")).isEqualTo(TOKEN);
    assertThat(headers.get("Authorization")).isNull();
  }

  @Test
  void aPresignedUrlContainsNeitherProjectNorDomain() {
    try (JobsClient with = scoped().clock(NOON).build();
        JobsClient without = Gateway.client(server).clock(NOON).build()) {
      HttpUrl url = with.presignedUrl(PROJECT, JOB, Duration.ofMinutes(1));
      assertThat(url).isEqualTo(without.presignedUrl(PROJECT, JOB, Duration.ofMinutes(1)));
      assertThat(url.queryParameter("X-Sdk-SignedHeaders")).isEqualTo("host");
      assertThat(with.jobUrl(PROJECT, JOB)).isEqualTo(without.jobUrl(PROJECT, JOB));
    }
  }

  @Test
  void laterChangesOfTheBuilderDoNotAffectABuiltClient() throws Exception {
    JobsClient.Builder builder = Gateway.client(server);
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = builder.build()) {
      builder.header("X-Later", "1").projectHeader("later").userAgentSuffix("later");
      client.pollJob(PROJECT, JOB);
    }
    Headers headers = Gateway.received(server).getHeaders();
    assertThat(headers.names()).doesNotContain("X-Later", "X-Project-Id");
    assertThat(headers.get("User-Agent")).doesNotContain("later");
  }

  @ParameterizedTest
  @CsvSource({
    "Host, hOST, Authorization, X-Sdk-Date, x-sdk-content-sha256, X-Auth-Token, X-Security-Token",
    "X-Project-Id, x-domain-id, User-Agent, Accept, accept-encoding, Connection, Keep-Alive",
    "Content-Type, content-length, Transfer-Encoding, TE, Trailer, Upgrade, HTTP2-Settings",
    "Expect, Range, If-None-Match, Proxy-Authorization, Proxy-Connection, te"
  })
  void refusesAReservedName(ArgumentsAccessor names) {
    for (Object name : names.toArray()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JobsClient.builder().header((String) name, "hush"))
          .withMessage("header " + name + " is reserved");
    }
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "a b", "a:", "a\n", "ä", "a/b", "(a)", "a=b", "\"a\"", "a\0"})
  void refusesAnInvalidName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().header(name, "hush"))
        .withMessageStartingWith("header name ")
        .withMessageNotContaining("hush");
  }

  @Test
  void acceptsEveryCharacterOfAToken() {
    JobsClient.builder().header("!#$%&'*+-.^_`|~019azAZ", "x");
  }

  @Test
  void refusesAnInvalidValue() {
    Map<String, String> problems =
        Map.of(
            "hush\r\nHost: x", "U+000D (carriage return)",
            "hush\n", "U+000A (line feed)",
            "hush\0", "U+0000 (null)",
            "hush\u00a0", "U+00A0 (no-break space)",
            "hush\t", "U+0009 (character tabulation)",
            "hushé", "a character no header can carry");
    problems.forEach(
        (value, problem) ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> JobsClient.builder().header("X-A", value))
                .withMessage("header value holds " + problem + " at index 4"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().header("X-A\ufeff", "hush"))
        .withMessage("header name holds U+FEFF (byte order mark) at index 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().header("X-A:", "hush"))
        .withMessage("header name holds a ':' at index 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().header("X-A", null))
        .withMessage("header value is null");
  }

  @Test
  void refusesANameGivenTwiceInAnyCase() {
    JobsClient.Builder builder = JobsClient.builder().header("X-Trace", "1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.header("x-trace", "2"))
        .withMessage("header x-trace is set twice");
  }

  @Test
  void toStringContainsNoValueOfTheUsersHeaders() {
    assertThat(RequestHeaders.STANDARD.with("X-Key", "hush").withProject("p-1").toString())
        .contains("jobs-client/", "X-Key", "X-Project-Id: p-1")
        .doesNotContain("hush");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "a\nb", "ä"})
  void refusesAnInvalidUserAgentProjectOrDomain(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().userAgentSuffix(text))
        .withMessageStartingWith("userAgentSuffix ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().projectHeader(text))
        .withMessageStartingWith("projectHeader ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().domainId(text))
        .withMessageStartingWith("domainId ");
  }
}
