package io.github.cloudjobs.auth;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/**
 * A server's metadata service as it is documented, for a MockWebServer to play. It checks that
 * nothing is sent to it but what belongs there.
 */
public final class MetadataService extends Dispatcher {
  public static final String SECRET = "hush-metadata-secret/+=";
  public static final String SECURITY_TOKEN = "hush-metadata-security-token";

  /** Of every request that came: {@code PUT} for a token, {@code GET} for the key. */
  public final List<String> asked = new CopyOnWriteArrayList<>();

  private final List<String> foreign = new CopyOnWriteArrayList<>();
  private volatile String tokens = "optional";
  private volatile boolean agency = true;
  private volatile String id = "AKMETADATA1";
  private volatile String expiresAt = "2026-03-05T07:07:08.231456Z";
  private volatile String date = "Thu, 05 Mar 2026 06:07:08 GMT";
  private volatile MockResponse tokenAnswer;
  private volatile MockResponse keyAnswer;
  private volatile int sessions;

  /** Lets a server play this one. */
  public static MetadataService on(MockWebServer server) {
    MetadataService service = new MetadataService();
    server.setDispatcher(service);
    return service;
  }

  public static URI address(MockWebServer server) {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** The key that it hands out, or will. */
  public Credentials key() {
    return key(id);
  }

  public static Credentials key(String id) {
    return Credentials.temporaryAccessKey(id, SECRET, SECURITY_TOKEN);
  }

  /** A request without a token is refused. */
  public void requireTokens() {
    tokens = "required";
  }

  /** The token of before is not good any more. */
  public void forgetTokens() {
    sessions++;
  }

  public void withoutAgency() {
    agency = false;
  }

  /** From now on it hands out this key. */
  public void rotate(String newId, String newExpiry, String newDate) {
    id = newId;
    expiresAt = newExpiry;
    date = newDate;
  }

  /** Answers so to a request for a token; null for as it should. */
  public void answerToken(MockResponse answer) {
    tokenAnswer = answer;
  }

  /** Answers so to a request for the key; null for as it should. */
  public void answerKey(MockResponse answer) {
    keyAnswer = answer;
  }

  /** What came that does not belong here. */
  public List<String> foreign() {
    return foreign;
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    asked.add(request.getMethod());
    String line = request.getMethod() + " " + request.getTarget();
    for (String name : request.getHeaders().names()) {
      if (!name.matches(
          "(?i)Host|User-Agent|Accept-Encoding|Connection|Content-Length|X-Metadata.*")) {
        foreign.add(name);
      }
    }
    if (request.getBodySize() > 0) {
      foreign.add("a body");
    }
    return switch (line) {
      case "PUT /meta-data/latest/api/token" -> token(request);
      case "GET /openstack/latest/securitykey" -> key(request);
      default -> {
        foreign.add(line);
        yield status(400, "");
      }
    };
  }

  private MockResponse token(RecordedRequest request) {
    if (!"21600".equals(request.getHeaders().get("X-Metadata-Token-Ttl-Seconds"))) {
      foreign.add("no TTL");
    }
    return tokenAnswer != null ? tokenAnswer : status(200, "hush-session-" + sessions);
  }

  private MockResponse key(RecordedRequest request) {
    String token = request.getHeaders().get("X-Metadata-Token");
    boolean refused =
        token == null ? tokens.equals("required") : !token.equals("hush-session-" + sessions);
    if (refused) {
      return status(401, "{\"error\":\"hush token " + token + "\"}");
    }
    if (!agency) {
      return status(401, "<html>Please configure Cloud Service Agency first</html>");
    }
    return keyAnswer != null ? keyAnswer : body(key(expiresAt, id), date);
  }

  static String key(String expiresAt, String id) {
    return """
    {"credential": {"access": "%s", "secret": "%s", "securitytoken": "%s", "expires_at": "%s"}}
    """
        .formatted(id, SECRET, SECURITY_TOKEN, expiresAt);
  }

  static MockResponse body(String text, String date) {
    MockResponse.Builder answer = new MockResponse.Builder().body(text);
    return (date == null ? answer : answer.addHeader("Date", date)).build();
  }

  static MockResponse status(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }
}
