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

/** A dispatcher for MockWebServer: the metadata service of a server, as documented. */
public final class MetadataService extends Dispatcher {
  static final String SECRET = "hush-metadata-secret/+=";

  private static final Pattern HEADERS =
      Pattern.compile("(?i)Host|User-Agent|Accept-Encoding|Connection|Content-Length|X-Metadata.*");

  /** The methods of the requests: {@code PUT} for a token, {@code GET} for the key. */
  public final List<String> methods = new CopyOnWriteArrayList<>();

  /** Everything that was sent and is not documented. */
  final List<String> foreign = new CopyOnWriteArrayList<>();

  private volatile String id = "AKMETADATA1";
  private volatile String expiresAt = "2026-03-05T07:07:08.231456Z";
  private volatile String date = "Thu, 05 Mar 2026 06:07:08 GMT";
  private volatile MockResponse tokenResponse = status(200, "hush-session");
  private volatile MockResponse keyResponse;

  public static MetadataService on(MockWebServer server) {
    MetadataService service = new MetadataService();
    server.setDispatcher(service);
    return service;
  }

  /** A provider of its key whose clock is a test's. */
  public static CredentialsProvider provider(MockWebServer server, InstantSource clock) {
    return EcsMetadata.provider(address(server).toString(), FakeEnvironment.system(clock));
  }

  static URI address(MockWebServer server) {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** The current key. */
  public Credentials key() {
    return key(id);
  }

  public static Credentials key(String id) {
    return Credentials.temporaryAccessKey(id, SECRET, "hush-metadata-security-token");
  }

  /** Replaces the key. */
  public void rotate(String newId, String newExpiry, String newDate) {
    id = newId;
    expiresAt = newExpiry;
    date = newDate;
  }

  /** Replaces the response to a request for a token. */
  void respondToTokenRequest(MockResponse response) {
    tokenResponse = response;
  }

  /** Replaces the response to a request for the key. */
  void respondToKeyRequest(MockResponse response) {
    keyResponse = response;
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    methods.add(request.getMethod());
    request.getHeaders().names().stream()
        .filter(name -> !HEADERS.matcher(name).matches())
        .forEach(foreign::add);
    String token = request.getHeaders().get("X-Metadata-Token");
    String life = request.getHeaders().get("X-Metadata-Token-Ttl-Seconds");
    String line = request.getMethod() + " " + request.getTarget();
    if (line.equals("PUT /meta-data/latest/api/token") && "21600".equals(life)) {
      return tokenResponse;
    }
    if (!line.equals("GET /openstack/latest/securitykey") || request.getBodySize() > 0) {
      foreign.add(line);
    }
    if (tokenResponse.getCode() == 200 && !"hush-session".equals(token)) {
      return status(401, "{\"error\":\"hush token " + token + "\"}");
    }
    return keyResponse != null ? keyResponse : body(key(expiresAt, id), date);
  }

  static String key(String expiresAt, String id) {
    return """
    {"credential": {"access": "%s", "secret": "%s", "expires_at": "%s",
                    "securitytoken": "hush-metadata-security-token"}}
    """
        .formatted(id, SECRET, expiresAt);
  }

  static MockResponse body(String text, String date) {
    MockResponse.Builder response = new MockResponse.Builder().body(text);
    return (date == null ? response : response.addHeader("Date", date)).build();
  }

  static MockResponse status(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }
}
