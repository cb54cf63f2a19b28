package io.github.cloudjobs.auth;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/**
 * A dispatcher for MockWebServer: the metadata service of a server, as documented. It records
 * anything else that is sent to it.
 */
public final class MetadataService extends Dispatcher {
  public static final String SECRET = "hush-metadata-secret/+=";
  public static final String SECURITY_TOKEN = "hush-metadata-security-token";

  private static final Pattern KNOWN =
      Pattern.compile("(?i)Host|User-Agent|Accept-Encoding|Connection|Content-Length|X-Metadata.*");

  /** The methods of the requests: {@code PUT} for a token, {@code GET} for the key. */
  public final List<String> asked = new CopyOnWriteArrayList<>();

  private final List<String> foreign = new CopyOnWriteArrayList<>();
  private volatile boolean requiresTokens;
  private volatile boolean agency = true;
  private volatile String id = "AKMETADATA1";
  private volatile String expiresAt = "2026-03-05T07:07:08.231456Z";
  private volatile String date = "Thu, 05 Mar 2026 06:07:08 GMT";
  private volatile MockResponse tokenAnswer;
  private volatile MockResponse keyAnswer;

  public static MetadataService on(MockWebServer server) {
    MetadataService service = new MetadataService();
    server.setDispatcher(service);
    return service;
  }

  /** A provider of its key whose clock is a test's. */
  public static CredentialsProvider provider(MockWebServer server, InstantSource clock) {
    return EcsMetadata.provider(address(server).toString(), FakeEnvironment.system(clock));
  }

  public static URI address(MockWebServer server) {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** The current key. */
  public Credentials key() {
    return key(id);
  }

  public static Credentials key(String id) {
    return Credentials.temporaryAccessKey(id, SECRET, SECURITY_TOKEN);
  }

  /** Refuses requests without a token. */
  public void requireTokens() {
    requiresTokens = true;
  }

  public void withoutAgency() {
    agency = false;
  }

  /** Replaces the key. */
  public void rotate(String newId, String newExpiry, String newDate) {
    id = newId;
    expiresAt = newExpiry;
    date = newDate;
  }

  /** Replaces the response to a request for a token; null for the documented one. */
  public void answerToken(MockResponse answer) {
    tokenAnswer = answer;
  }

  /** Replaces the response to a request for the key; null for the documented one. */
  public void answerKey(MockResponse answer) {
    keyAnswer = answer;
  }

  /** Everything that was sent and is not documented. */
  public List<String> foreign() {
    return foreign;
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    asked.add(request.getMethod());
    String line = request.getMethod() + " " + request.getTarget();
    request.getHeaders().names().stream()
        .filter(name -> !KNOWN.matcher(name).matches())
        .forEach(foreign::add);
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
    return tokenAnswer != null ? tokenAnswer : status(200, "hush-session");
  }

  private MockResponse key(RecordedRequest request) {
    String token = request.getHeaders().get("X-Metadata-Token");
    if (token == null ? requiresTokens : !token.equals("hush-session")) {
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
