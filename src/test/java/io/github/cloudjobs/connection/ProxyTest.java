package io.github.cloudjobs.connection;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamPasswordBuilder;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.JobPollException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One server is the proxy and the service behind it. */
class ProxyTest {

  private static final String HOST = "jobs.invalid"; // resolved by the proxy only
  private static final String PASSWORD = "p:äss wörd";

  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(UTF_8));

  @TempDir private static Path folder;
  private final Authority authority = new Authority();
  @StartStop private final MockWebServer proxy = new MockWebServer();
  private JobsClient.Builder plain;
  private JobsClient.Builder tls;

  @BeforeEach
  void setUp() throws IOException {
    plain = Gateway.client(proxy).endpoint("http://" + HOST).allowPlaintext();
    tls =
        Gateway.client(proxy)
            .endpoint("https://" + HOST)
            .trustedCertificates(authority.file(folder));
  }

  private JobsClient.Builder through(JobsClient.Builder client) {
    return client.proxy("127.0.0.1", proxy.getPort());
  }

  private JobsClient.Builder asUser(JobsClient.Builder client) {
    return client.proxy("127.0.0.1", proxy.getPort(), "me", PASSWORD.toCharArray());
  }

  private static MockResponse.Builder requires(String scheme) {
    return new MockResponse.Builder()
        .code(407)
        .addHeader("Proxy-Authenticate", scheme + " realm=\"x\"");
  }

  private RecordedRequest received() throws InterruptedException {
    return proxy.takeRequest();
  }

  private void assertPolls(JobsClient.Builder builder) {
    assertThat(Gateway.pollOnce(builder).jobId()).isEqualTo(JOB);
  }

  @Test
  void readsPlainRequests() throws Exception {
    proxy.enqueue(Gateway.job("RUNNING"));
    assertPolls(through(plain));
    RecordedRequest request = received();
    assertThat(request.getRequestLine())
        .isEqualTo("GET http://jobs.invalid/v1/0a1b2c/jobs/ff80808 HTTP/1.1");
    assertThat(request.getHeaders().get("Proxy-Authorization")).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void opensATunnelForHttpsAndSeesOnlyItsOwnPassword(boolean login) throws Exception {
    proxy.useHttps(authority.server(HOST));
    proxy.enqueue(new MockResponse.Builder().inTunnel().build());
    proxy.enqueue(Gateway.job("RUNNING"));
    assertPolls(login ? asUser(tls) : through(tls));
    RecordedRequest connect = received();
    assertThat(connect.getRequestLine()).isEqualTo("CONNECT jobs.invalid:443 HTTP/1.1");
    assertThat(connect.getHeaders().get("Proxy-Authorization")).isEqualTo(login ? LOGIN : null);
    assertThat(connect.getHeaders().get("Authorization")).isNull();
    assertThat(connect.getHeaders().get("X-Sdk-Date")).isNull();
    RecordedRequest poll = received();
    assertThat(poll.getTarget()).isEqualTo("/v1/0a1b2c/jobs/ff80808");
    assertThat(poll.getHeaders().get("Proxy-Authorization")).isNull();
    assertThat(Gateway.accepts(Gateway.KEY, poll)).isTrue();
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/responses/proxy.txt", delimiter = '|')
  void aRefusalIsAnExceptionAndThePasswordIsSentOnce(
      String scheme, boolean login, boolean tunnel, int requests, String why) {
    JobsClient.Builder builder = tunnel ? tls : plain;
    if (tunnel) {
      proxy.useHttps(authority.server(HOST));
    }
    MockResponse.Builder response = requires(scheme);
    for (int i = 0; i < 5; i++) {
      proxy.enqueue((tunnel ? response.inTunnel() : response).build());
    }
    try (JobsClient client = (login ? asUser(builder) : through(builder)).build()) {
      JobsServiceException error =
          catchThrowableOfType(JobsServiceException.class, () -> client.pollJob(PROJECT, JOB));
      assertThat(error.statusCode()).isEqualTo(407);
      assertThat(error)
          .hasMessageStartingWith(tunnel ? "HTTP 407 for CONNECT https" : "HTTP 407 for GET http")
          .hasMessageEndingWith("from the proxy 127.0.0.1:%d: %s", proxy.getPort(), why)
          .hasMessageNotContainingAny(PASSWORD, LOGIN);
      assertThat(error.advice()).endsWith(why);
      assertThat(proxy.getRequestCount()).isEqualTo(requests);
    }
  }

  /** A service, or IAM, may have a proxy of its own. */
  @ParameterizedTest
  @ValueSource(strings = {HOST, "iam.invalid"})
  void isNotBlamedForA407FromWithinATunnel(String host) throws Exception {
    proxy.useHttps(authority.server(host));
    proxy.enqueue(new MockResponse.Builder().inTunnel().build());
    proxy.enqueue(requires("Basic").build());
    assertThat(host.equals(HOST) ? Gateway.failure(asUser(tls)) : catchThrowable(iam()::get))
        .isInstanceOf(JobsServiceException.class)
        .hasMessageMatching("HTTP 407 from (GET|POST) https://" + host + ".*")
        .hasMessageNotContaining("the user and the password");
    received();
    assertThat(received().getHeaders().get("Proxy-Authorization")).isNull();
    assertThat(proxy.getRequestCount()).isEqualTo(2);
  }

  @Test
  void thatFailsToOpenATunnelIsATransportFailure() {
    proxy.useHttps(authority.server(HOST));
    proxy.enqueue(new MockResponse.Builder().inTunnel().code(502).build());
    assertThat(Gateway.failure(through(tls)))
        .isInstanceOf(JobsTransportException.class)
        .hasMessageContaining("CONNECT: 502");
  }

  /** With a password of its own, or with that of the user's client. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isAddedToAUsersClientWithoutChangingIt(boolean login) throws Exception {
    Authenticator authenticator =
        (route, response) ->
            response.request().newBuilder().header("Proxy-Authorization", "Other").build();
    OkHttpClient own =
        new OkHttpClient.Builder()
            .proxyAuthenticator(authenticator)
            .addInterceptor(
                chain -> chain.proceed(chain.request().newBuilder().header("X-Mine", "1").build()))
            .build();
    ProxySelector selector = own.proxySelector();
    proxy.enqueue(requires("Basic").build());
    proxy.enqueue(Gateway.job("RUNNING"));
    assertPolls((login ? asUser(plain) : through(plain)).httpClient(own));
    assertThat(received().getHeaders().get("X-Mine")).isEqualTo("1");
    assertThat(received().getHeaders().get("Proxy-Authorization"))
        .isEqualTo(login ? LOGIN : "Other");
    assertThat(own.proxy()).isNull();
    assertThat(own.proxySelector()).isSameAs(selector);
    assertThat(own.proxyAuthenticator()).isSameAs(authenticator);
    own.connectionPool().evictAll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isUsedForLogins(boolean accepts) throws Exception {
    proxy.useHttps(authority.server("iam.invalid"));
    proxy.enqueue((accepts ? new MockResponse.Builder() : requires("Basic")).inTunnel().build());
    proxy.enqueue(new MockResponse.Builder().code(201).addHeader("X-Subject-Token", "t-1").build());
    if (accepts) {
      assertThat(iam().get()).isEqualTo(Credentials.token("t-1"));
    } else {
      assertThat(catchThrowable(iam()::get))
          .isExactlyInstanceOf(JobsServiceException.class)
          .hasMessageStartingWith("HTTP 407 for CONNECT https://iam.invalid")
          .hasMessageEndingWith("it refuses the user and the password");
    }
    RecordedRequest connect = received();
    assertThat(connect.getRequestLine()).isEqualTo("CONNECT iam.invalid:443 HTTP/1.1");
    assertThat(connect.getHeaders().get("Proxy-Authorization")).isEqualTo(LOGIN);
    assertThat(proxy.getRequestCount()).isEqualTo(accepts ? 2 : 1);
  }

  private CredentialsProvider iam() throws IOException {
    return CredentialsProvider.iamPassword("https://iam.invalid")
        .user("user", "account")
        .password("secret")
        .projectId("p")
        .proxy("127.0.0.1", proxy.getPort(), "me", PASSWORD.toCharArray())
        .trustedCertificates(authority.file(folder))
        .build();
  }

  @Test
  void thePasswordOfAPlainRequestIsSentWhenItAsksAndWasCopied() throws Exception {
    char[] password = PASSWORD.toCharArray();
    for (char[] each : new char[][] {password, {}}) {
      plain.proxy("127.0.0.1", proxy.getPort(), "me", each);
      Arrays.fill(each, '\0');
      proxy.enqueue(requires("basic").build());
      proxy.enqueue(Gateway.job("RUNNING"));
      assertPolls(plain);
      assertThat(received().getHeaders().get("Proxy-Authorization")).isNull();
      assertThat(received().getHeaders().get("Proxy-Authorization"))
          .isEqualTo(each.length == 0 ? "Basic bWU6" : LOGIN);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://proxy", "proxy:3128", "me:hush@proxy", "proxy/", "a b"})
  void anInvalidHostIsRefusedWithoutRepeatingIt(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.proxy(host, 3128))
        .withMessageStartingWith(
            "proxy host must be a name or an address alone, without scheme, user and port")
        .withNoCause();
  }

  @Test
  void everyHostAndPortIsAccepted() {
    for (String host : List.of("proxy", "10.0.0.1", "::1", "[::1]", "пример.example")) {
      plain.proxy(host, 1).proxy(host, 65_535).build().close();
    }
    for (int port : new int[] {-1, 0, 65_536}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plain.proxy("proxy", port))
          .withMessage("proxy port must be from 1 to 65535: " + port);
    }
  }

  @Test
  void plainHttpToThisMachineIsRefusedThroughAProxyElsewhere() {
    String local = "http://localhost:9";
    plain.endpoint(local).proxy("proxy.corp.example", 8080).build().close();
    JobsClient.Builder detour = Gateway.client(proxy).proxy("proxy.corp.example", 8080);
    String problem = "endpoint must use https, since the proxy is not on this machine";
    assertThatIllegalArgumentException()
        .isThrownBy(detour.endpoint(local)::build)
        .withMessageStartingWith(problem);
    try (JobsClient client = detour.endpoint("https://ecs.example.com").build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.with(JobsService.IMS, local))
          .withMessageStartingWith(problem);
    }
    IamPasswordBuilder iam =
        CredentialsProvider.iamPassword(local)
            .user("u", "a")
            .password("hush-password")
            .projectId("p")
            .proxy("proxy.corp.example", 8080);
    assertThatIllegalStateException()
        .isThrownBy(iam::build)
        .withMessageStartingWith("iamEndpoint must use https")
        .withMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "hush:", "hush\n", "hush\ud800"})
  void aUserThatBasicAuthenticationCannotSendIsRefused(String user) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.proxy("proxy", 1, user, new char[1]))
        .withMessageStartingWith("proxy user ")
        .withMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "hush\r", "hush\0"})
  void aPasswordThatBasicAuthenticationCannotSendIsRefused(String password) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.proxy("proxy", 1, "me", password.toCharArray()))
        .withMessageStartingWith("proxy password ")
        .withMessageNotContaining("hush");
  }

  /** Neither with the next poll of a wait, nor to the next address of the proxy. */
  @Test
  void aWaitSendsARefusedPasswordOnceAndEnds() throws Exception {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    OkHttpClient own = new OkHttpClient.Builder().dns(name -> List.of(here, here)).build();
    proxy.useHttps(authority.server(HOST));
    for (int i = 0; i < 20; i++) {
      proxy.enqueue(requires("Basic").inTunnel().build());
    }
    tls.httpClient(own).proxy("proxy.invalid", proxy.getPort(), "me", PASSWORD.toCharArray());
    try (JobsClient client = tls.build()) {
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        waits.add(client.waitForCompletionAsync(PROJECT, JOB + i));
      }
      for (CompletableFuture<Job> wait : waits) {
        assertThat(catchThrowable(() -> Gateway.join(wait)))
            .isInstanceOf(JobPollException.class)
            .hasMessageContaining("it refuses the user and the password");
      }
    }
    assertThat(proxy.getRequestCount()).isEqualTo(10);
    own.connectionPool().evictAll();
  }
}
