package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.internal.http.HttpMethod;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signatures made by the vendor's own signers; each file says by which. Only the vectors in which
 * those signers follow the published rules are used; those with a {@code quirks} entry are kept for
 * study. Each is signed in its canonical form, and as an OkHttp request unless OkHttp would send
 * another path.
 */
class SigningVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Set<String> ADDED_BY_THE_SIGNER =
      Set.of("host", "x-sdk-date", "x-security-token");

  /** A request in the terms of the signature: path and query are percent-encoded. */
  private record Signable(
      String method,
      String host,
      String path,
      String query,
      SortedMap<String, String> headers,
      byte[] body,
      String bodyHash) {

    AsciiText canonicalRequest(SortedMap<String, String> signed) {
      return Signature.canonicalRequest(method, path, query, signed, bodyHash);
    }

    HttpUrl url() {
      return HttpUrl.get("https://" + host + path + (query.isEmpty() ? "" : "?" + query));
    }

    /**
     * Whether OkHttp sends it: it removes dots from paths, does not know case in names of headers,
     * and sends bodies only with some methods.
     */
    boolean fitsOkHttp() {
      return String.join("/", url().pathSegments()).equals(decode(path).substring(1))
          && url().host().equals(host.replaceFirst(":.*", ""))
          && headers.getOrDefault("x-sdk-content-sha256", bodyHash).equals(bodyHash)
          && (HttpMethod.permitsRequestBody(method) || body.length == 0);
    }

    Request request() {
      RequestBody sent =
          body.length > 0 || HttpMethod.requiresRequestBody(method)
              ? RequestBody.create(body)
              : null;
      Request.Builder request =
          new Request.Builder().url(url()).header("Host", host).method(method, sent);
      headers.forEach(request::header);
      return request.build();
    }

    String[] names() {
      return headers.keySet().toArray(new String[0]);
    }
  }

  @Test
  void noVectorIsMissing() {
    assertThat(currentHeaders()).hasSize(217);
    assertThat(olderScopedHeaders()).hasSize(114);
    assertThat(olderAccessHeaders()).hasSize(114);
    assertThat(scopedQueries()).hasSize(65);
    assertThat(accessQueries()).hasSize(65);
  }

  @Test
  void mostVectorsAreAlsoSignedAsOkHttpRequests() {
    assertThat(currentHeaders().filter(each -> current(vector(each)).fitsOkHttp()))
        .hasSizeGreaterThan(190);
    assertThat(olderScopedHeaders().filter(each -> older(vector(each)).fitsOkHttp()))
        .hasSizeGreaterThan(100);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("currentHeaders")
  void signsAsTheCurrentSdkDoes(String id, JsonNode vector) {
    Credentials credentials =
        credentials(
            vector.get("ak").textValue(),
            vector.get("sk").textValue(),
            vector.at("/expected/headers/X-Security-Token").textValue());
    assertSigned(vector, current(vector), credentials);
  }

  /** The path and the query as sent: the SDK takes templates, and leaves blanks out of a URL. */
  private static Signable current(JsonNode vector) {
    String[] target = vector.at("/wire/requestTarget").textValue().split("\\?", 2);
    Set<String> signed = Set.of(vector.at("/expected/signedHeaders").textValue().split(";"));
    SortedMap<String, String> headers = headers(vector.at("/expected/headers"));
    headers.keySet().retainAll(signed); // neither Content-Type nor a name with an underscore
    byte[] body = vector.get("body").asText("").getBytes(UTF_8);
    // The SDK reads this header in this spelling only.
    JsonNode hash = vector.at("/expected/headers/X-Sdk-Content-Sha256");
    return new Signable(
        vector.get("method").textValue(),
        vector.at("/wire/hostHeader").textValue(),
        encodePath(decode(target[0])),
        target.length < 2 ? "" : target[1],
        headers,
        body,
        hash.isMissingNode() ? ByteString.of(body).sha256().hex() : hash.textValue());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"olderScopedHeaders", "olderAccessHeaders"})
  void signsAsTheOlderSignersDo(String id, JsonNode vector) {
    assertSigned(vector, older(vector), olderCredentials(vector));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"scopedQueries", "accessQueries"})
  void signsAQueryAsTheOlderSignersDo(String id, JsonNode vector) {
    Signable signable = older(vector);
    String url = vector.at("/expected/url").textValue();
    String query = url.substring(url.indexOf('?') + 1).replaceFirst("&X-Sdk-Signature=.*", "");
    String date = vector.get("x_sdk_date").textValue();
    AccessKey key =
        (AccessKey)
            credentials(
                vector.get("ak").textValue().trim(), vector.get("sk").textValue().trim(), null);
    SortedMap<String, String> signed = new TreeMap<>(signable.headers());
    signed.put("host", signable.host());
    JsonNode securityToken = vector.at("/headers/X-Security-Token");
    if (!securityToken.isMissingNode()) {
      signed.put("x-security-token", securityToken.textValue());
    }
    AsciiText canonical =
        Signature.canonicalRequest(
            signable.method(), signable.path(), query, signed, signable.bodyHash());
    Signature signature = new Signature(key, date, scope(vector));
    assertThat(canonical).hasToString(vector.at("/expected/canonicalRequest").textValue());
    assertThat(signature.value(canonical)).isEqualTo(vector.at("/expected/signature").textValue());

    if (signable.fitsOkHttp() && securityToken.isMissingNode()) {
      HttpUrl presigned =
          signer(vector)
              .presign(
                  signable.request(),
                  key,
                  SDK_DATE.parse(date, Instant::from),
                  Duration.ofSeconds(vector.get("expiresSeconds").asLong(604_800)),
                  signable.names());
      assertThat(url).endsWith("?" + presigned.encodedQuery());
    }
  }

  private static void assertSigned(JsonNode vector, Signable signable, Credentials credentials) {
    String date = vector.get("x_sdk_date").textValue();
    AccessKey key = (AccessKey) credentials;
    SortedMap<String, String> signed = new TreeMap<>(signable.headers());
    signed.put("host", signable.host());
    signed.put("x-sdk-date", date);
    if (key.securityToken() != null) {
      signed.put("x-security-token", key.securityToken());
    }
    AsciiText text = signable.canonicalRequest(signed);
    String canonical = text.toString();
    Signature signature = new Signature(key, date, scope(vector));
    String authorization = vector.at("/expected/authorization").textValue();
    assertThat(canonical).isEqualTo(vector.at("/expected/canonicalRequest").textValue());
    assertThat(signature.authorization(text, signed)).isEqualTo(authorization);

    if (signable.fitsOkHttp() && date.matches("\\d{8}T\\d{6}Z")) {
      Request sent =
          signer(vector)
              .sign(
                  signable.request(),
                  credentials,
                  SDK_DATE.parse(date, Instant::from),
                  signable.names());
      assertThat(sent.header("X-Sdk-Date")).isEqualTo(date);
      assertThat(sent.header("Authorization")).isEqualTo(authorization);
      assertThat(RequestSigner.canonicalRequest(sent)).isEqualTo(canonical);
    }
  }

  private static Signable older(JsonNode vector) {
    byte[] body = vector.get("body").asText("").getBytes(UTF_8);
    String query =
        vector.get("query").properties().stream()
            .map(each -> encode(each.getKey()) + "=" + encode(each.getValue().textValue()))
            .collect(Collectors.joining("&"));
    return new Signable(
        vector.get("method").textValue(),
        vector.at("/expected/headers/Host").textValue(),
        encodePath(vector.get("path").textValue()),
        query,
        headers(vector.get("headers")),
        body,
        ByteString.of(body).sha256().hex());
  }

  private static SortedMap<String, String> headers(JsonNode object) {
    SortedMap<String, String> headers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      headers.put(each.getKey().toLowerCase(Locale.ROOT), each.getValue().textValue().trim());
    }
    headers.keySet().removeAll(ADDED_BY_THE_SIGNER);
    return headers;
  }

  private static RequestSigner signer(JsonNode vector) {
    return vector.has("region")
        ? RequestSigner.scoped(vector.get("region").textValue(), vector.get("service").textValue())
        : RequestSigner.standard();
  }

  private static String scope(JsonNode vector) {
    return vector.has("region")
        ? vector.get("region").textValue() + "/" + vector.get("service").textValue()
        : null;
  }

  /** The older signers trim both halves of a key. */
  private static Credentials olderCredentials(JsonNode vector) {
    return credentials(
        vector.get("ak").textValue().trim(),
        vector.get("sk").textValue().trim(),
        vector.at("/headers/X-Security-Token").textValue());
  }

  private static Credentials credentials(String id, String secret, String token) {
    return token == null
        ? Credentials.accessKey(id, secret)
        : Credentials.temporaryAccessKey(id, secret, token);
  }

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
  }

  private static String encodePath(String path) {
    return path.isEmpty() ? "/" : encode(path).replace("%2F", "/");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  static Stream<Arguments> currentHeaders() {
    return vectors(
        "sdk-hmac-sha256",
        vector -> vector.get("docConformant").booleanValue() && !hasBlankInKey(vector));
  }

  /** The SDK signs with such a key; here it is refused. */
  private static boolean hasBlankInKey(JsonNode vector) {
    return vector.get("ak").textValue().contains(" ");
  }

  static Stream<Arguments> olderScopedHeaders() {
    return vectors("legacy-scoped-header", SigningVectorsTest::followsTheRules);
  }

  static Stream<Arguments> olderAccessHeaders() {
    return vectors("core309-access-header", SigningVectorsTest::followsTheRules);
  }

  static Stream<Arguments> scopedQueries() {
    return vectors("legacy-scoped-presign", SigningVectorsTest::followsTheRules);
  }

  static Stream<Arguments> accessQueries() {
    return vectors("core309-access-presign", SigningVectorsTest::followsTheRules);
  }

  private static boolean followsTheRules(JsonNode vector) {
    return vector.get("style").textValue().equals("endpoint-url") && vector.get("quirks").isEmpty();
  }

  private static JsonNode vector(Arguments each) {
    return (JsonNode) each.get()[1];
  }

  private static Stream<Arguments> vectors(String file, Predicate<JsonNode> wanted) {
    try (InputStream in =
        SigningVectorsTest.class.getResourceAsStream("/vectors/" + file + ".json")) {
      return StreamSupport.stream(JSON.readTree(in).get("vectors").spliterator(), false)
          .filter(wanted)
          .map(vector -> Arguments.of(vector.get("id").textValue(), vector));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
