package io.github.cloudjobs.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.ByteString;

/** A dispatcher for MockWebServer: the password login of IAM, as documented. */
public final class IamService extends Dispatcher {
  public static final String PASSWORD = "hush\"&pass/wörd <1>";
  private static final JsonMapper JSON = new JsonMapper();

  /** The bodies of the logins. */
  public final List<JsonNode> logins = new CopyOnWriteArrayList<>();

  private final List<String> foreign = new CopyOnWriteArrayList<>();
  private volatile String life = "2026-03-06T06:07:08.527363Z";
  private volatile String date = "Thu, 05 Mar 2026 06:07:08 GMT";
  private volatile UnaryOperator<MockResponse.Builder> change = answer -> answer;
  private volatile MockResponse answer;

  public static IamService on(MockWebServer server) {
    IamService service = new IamService();
    server.setDispatcher(service);
    return service;
  }

  /** A provider of its tokens whose clock is a test's. */
  public static CredentialsProvider provider(MockWebServer server, InstantSource clock) {
    return CredentialsProvider.iamPassword(endpoint(server))
        .user("user", "account")
        .password(PASSWORD)
        .projectId("p")
        .build(FakeEnvironment.system(clock));
  }

  public static String endpoint(MockWebServer server) {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** The token of the n-th login, counted from 1; as long as real tokens. */
  public static Credentials token(int number) {
    return Credentials.token(tokenText(number));
  }

  private static String tokenText(int number) {
    byte[] bytes = new byte[4_500];
    new Random(number).nextBytes(bytes);
    return "MII-hush-" + number + "-" + Base64.getEncoder().encodeToString(bytes);
  }

  /** Replaces the response; null for the documented one. */
  public void answer(MockResponse other) {
    answer = other;
  }

  /** Changes the documented response. */
  public void change(UnaryOperator<MockResponse.Builder> other) {
    change = other;
  }

  /** Sets the server's time and the expiry of tokens. */
  public void clock(String now, String end) {
    date = now;
    life = end;
  }

  /** Requests that are not a login as documented. */
  public List<String> foreign() {
    return foreign;
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    String line = request.getMethod() + " " + request.getTarget();
    String type = request.getHeaders().get("Content-Type");
    if (!line.equals("POST /v3/auth/tokens?nocatalog=true")
        || !"application/json;charset=utf8".equals(type)) {
      foreign.add(line + " " + type);
    }
    ByteString body = request.getBody();
    try {
      logins.add(JSON.readTree(body == null ? "" : body.utf8()));
    } catch (JsonProcessingException e) {
      foreign.add("no JSON");
    }
    if (answer != null) {
      return answer;
    }
    return change
        .apply(
            new MockResponse.Builder()
                .code(201)
                .addHeader("Date", date)
                .addHeader("X-Subject-Token", tokenText(logins.size()))
                .body(
                    """
                    {"token": {"expires_at": "%s", "issued_at": "2026-03-05T06:07:08.527404Z",
                    "methods": ["password"], "project": {"id": "p", "name": "eu-de"},
                    "roles": [{"name": "te_admin", "id": "0"}], "catalog": []}}
                    """
                        .formatted(life)))
        .build();
  }
}
