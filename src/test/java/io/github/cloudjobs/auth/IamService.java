package io.github.cloudjobs.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** Requests that are not a login as documented. */
  final List<String> foreign = new CopyOnWriteArrayList<>();

  private volatile MockResponse response;

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
    return "MII-hush-" + number + "-" + "x".repeat(6_000);
  }

  /** Replaces the response; null for the documented one. */
  public void respondWith(MockResponse other) {
    response = other;
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
    if (response != null) {
      return response;
    }
    return new MockResponse.Builder()
        .code(201)
        .addHeader("Date", "Thu, 05 Mar 2026 06:07:08 GMT")
        .addHeader("X-Subject-Token", tokenText(logins.size()))
        .body("{\"token\": {\"expires_at\": \"2026-03-06T06:07:08.527363Z\"}}")
        .build();
  }
}
