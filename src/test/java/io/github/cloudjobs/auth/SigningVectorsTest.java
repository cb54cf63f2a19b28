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

  /** One vector of a file. */
  private record Vector(JsonNode json) {
    /** Null if there is none. */
    String text(String pointer) {
      return json.at(pointer).textValue();
    }

    /** The older signers trim both halves of a key; the SDK signs with its blanks. */
    AccessKey key(String securityToken) {
      String id = text("/ak").trim();
      String secret = text("/sk").trim();
      return (AccessKey)
          (securityToken == null
              ? Credentials.accessKey(id, secret)
              : Credentials.temporaryAccessKey(id, secret, securityToken));
    }

    String date() {
      return text("/x_sdk_date");
    }

    Instant time() {
      return SDK_DATE.parse(date(), Instant::from);
    }

    boolean isScoped() {
      return json.has("region");
    }

    Signature signature(AccessKey key) {
      String scope = isScoped() ? text("/region") + "/" + text("/service") : null;
      return new Signature(key, date(), scope);
    }

    RequestSigner signer() {
      return isScoped()
          ? RequestSigner.scoped(text("/region"), text("/service"))
          : RequestSigner.standard();
    }

    @Override
    public String toString() {
      return text("/id");
    }
  }

  /** A request in the terms of the signature: path and query are percent-encoded. */
  private record Signable(
      String method,
      String host,
      String path,
      String query,
      SortedMap<String, String> headers,
      byte[] body,
      String bodyHash) {

    AsciiText canonicalRequest(String sentQuery, SortedMap<String, String> signed) {
      return Signature.canonicalRequest(method, path, sentQuery, signed, bodyHash);
    }

    SortedMap<String, String> headersAnd(String securityToken) {
      SortedMap<String, String> signed = new TreeMap<>(headers);
      signed.put("host", host);
      if (securityToken != null) {
        signed.put("x-security-token", securityToken);
      }
      return signed;
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
      boolean hasBody = body.length > 0 || HttpMethod.requiresRequestBody(method);
      Request.Builder request =
          new Request.Builder()
              .url(url())
              .header("Host", host)
              .method(method, hasBody ? RequestBody.create(body) : null);
      headers.forEach(request::header);
      return request.build();
    }

    String[] names() {
      return headers.keySet().toArray(new String[0]);
    }
  }

  @Test
  void noVectorIsMissingAndMostAreAlsoSignedAsOkHttpRequests() {
    assertThat(currentHeaders()).hasSize(217);
    assertThat(olderHeaders()).hasSize(2 * 114);
    assertThat(queries()).hasSize(2 * 65);
    assertThat(currentHeaders().filter(each -> current(each).fitsOkHttp())).hasSizeGreaterThan(190);
    assertThat(olderHeaders().filter(each -> older(each).fitsOkHttp())).hasSizeGreaterThan(200);
  }

  @ParameterizedTest
  @MethodSource("currentHeaders")
  void signsAsTheCurrentSdkDoes(Vector vector) {
    assertSigned(vector, current(vector), vector.text("/expected/headers/X-Security-Token"));
  }

  @ParameterizedTest
  @MethodSource("olderHeaders")
  void signsAsTheOlderSignersDo(Vector vector) {
    assertSigned(vector, older(vector), vector.text("/headers/X-Security-Token"));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void signsAQueryAsTheOlderSignersDo(Vector vector) {
    Signable signable = older(vector);
    String url = vector.text("/expected/url");
    String query = url.substring(url.indexOf('?') + 1).replaceFirst("&X-Sdk-Signature=.*", "");
    AccessKey key = vector.key(null);
    String securityToken = vector.text("/headers/X-Security-Token");
    AsciiText canonical = signable.canonicalRequest(query, signable.headersAnd(securityToken));
    assertThat(canonical).hasToString(vector.text("/expected/canonicalRequest"));
    assertThat(vector.signature(key).value(canonical))
        .isEqualTo(vector.text("/expected/signature"));
    if (signable.fitsOkHttp() && securityToken == null) {
      Duration validity = Duration.ofSeconds(vector.json().path("expiresSeconds").asLong(604_800));
      HttpUrl presigned =
          vector
              .signer()
              .presign(signable.request(), key, vector.time(), validity, signable.names());
      assertThat(url).endsWith("?" + presigned.encodedQuery());
    }
  }

  private static void assertSigned(Vector vector, Signable signable, String securityToken) {
    AccessKey key = vector.key(securityToken);
    SortedMap<String, String> signed = signable.headersAnd(securityToken);
    signed.put("x-sdk-date", vector.date());
    AsciiText text = signable.canonicalRequest(signable.query(), signed);
    String canonical = text.toString();
    String authorization = vector.text("/expected/authorization");
    assertThat(canonical).isEqualTo(vector.text("/expected/canonicalRequest"));
    assertThat(vector.signature(key).authorization(text, signed)).isEqualTo(authorization);
    if (signable.fitsOkHttp() && vector.date().matches("\\d{8}T\\d{6}Z")) {
      Request sent = vector.signer().sign(signable.request(), key, vector.time(), signable.names());
      assertThat(sent.header("X-Sdk-Date")).isEqualTo(vector.date());
      assertThat(sent.header("Authorization")).isEqualTo(authorization);
      assertThat(RequestSigner.canonicalRequest(sent)).isEqualTo(canonical);
    }
  }

  /** The path and the query as sent: the SDK takes templates, and leaves blanks out of a URL. */
  private static Signable current(Vector vector) {
    String[] target = vector.text("/wire/requestTarget").split("\\?", 2);
    Set<String> signed = Set.of(vector.text("/expected/signedHeaders").split(";"));
    SortedMap<String, String> headers = headers(vector.json().at("/expected/headers"));
    headers.keySet().retainAll(signed); // neither Content-Type nor a name with an underscore
    byte[] body = vector.json().get("body").asText("").getBytes(UTF_8);
    // The SDK reads this header in this spelling only.
    String hash = vector.text("/expected/headers/X-Sdk-Content-Sha256");
    return new Signable(
        vector.text("/method"),
        vector.text("/wire/hostHeader"),
        encodePath(decode(target[0])),
        target.length < 2 ? "" : target[1],
        headers,
        body,
        hash == null ? ByteString.of(body).sha256().hex() : hash);
  }

  private static Signable older(Vector vector) {
    byte[] body = vector.json().get("body").asText("").getBytes(UTF_8);
    String query =
        vector.json().get("query").properties().stream()
            .map(each -> encode(each.getKey()) + "=" + encode(each.getValue().textValue()))
            .collect(Collectors.joining("&"));
    return new Signable(
        vector.text("/method"),
        vector.text("/expected/headers/Host"),
        encodePath(vector.text("/path")),
        query,
        headers(vector.json().get("headers")),
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

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
  }

  private static String encodePath(String path) {
    return path.isEmpty() ? "/" : encode(path).replace("%2F", "/");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** Without keys that contain a blank: the SDK signs with them, and they are refused here. */
  static Stream<Vector> currentHeaders() {
    return vectors("sdk-hmac-sha256")
        .filter(vector -> vector.json().get("docConformant").booleanValue())
        .filter(vector -> !vector.text("/ak").contains(" "));
  }

  static Stream<Vector> olderHeaders() {
    return older("legacy-scoped-header", "core309-access-header");
  }

  static Stream<Vector> queries() {
    return older("legacy-scoped-presign", "core309-access-presign");
  }

  private static Stream<Vector> older(String... files) {
    return Stream.of(files)
        .flatMap(SigningVectorsTest::vectors)
        .filter(vector -> vector.text("/style").equals("endpoint-url"))
        .filter(vector -> vector.json().get("quirks").isEmpty());
  }

  private static Stream<Vector> vectors(String file) {
    try (InputStream in =
        SigningVectorsTest.class.getResourceAsStream("/vectors/" + file + ".json")) {
      return StreamSupport.stream(JSON.readTree(in).get("vectors").spliterator(), false)
          .map(Vector::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
