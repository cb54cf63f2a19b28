package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.internal.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signatures made by the vendor's own signers; each file says by which. Left out are vectors in
 * which those signers depart from the published rules, which have a {@code quirks} entry, and
 * requests that OkHttp does not send as they are.
 */
class SigningVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** With a date that is none, a header in another spelling, and a key with blanks. */
  private static final Set<String> OF_THE_SDK_ALONE =
      Set.of("sdk-hmac-sha256-0044", "sdk-hmac-sha256-0214", "sdk-hmac-sha256-0283");

  /** It resolves segments of dots. */
  private static final Pattern CHANGED_BY_OKHTTP = Pattern.compile("/\\.{1,2}(/|$)|\\\\");

  /** One vector of a file. */
  private record Vector(JsonNode json) {
    /** Null if there is none. */
    String text(String pointer) {
      return json.at(pointer).textValue();
    }

    /** The older signers trim both halves of a key. */
    Credentials key(String securityToken) {
      String id = text("/ak").trim();
      String secret = text("/sk").trim();
      return securityToken == null
          ? Credentials.accessKey(id, secret)
          : Credentials.temporaryAccessKey(id, secret, securityToken);
    }

    Instant time() {
      return SDK_DATE.parse(text("/x_sdk_date"), Instant::from);
    }

    RequestSigner signer() {
      return json.has("region")
          ? RequestSigner.scoped(text("/region"), text("/service"))
          : RequestSigner.standard();
    }

    /** The current SDK takes templates of paths. */
    private HttpUrl url() {
      if (json.has("wire")) {
        return HttpUrl.get("https://" + text("/wire/hostHeader") + text("/wire/requestTarget"));
      }
      HttpUrl.Builder url = HttpUrl.get(text("/endpoint")).newBuilder();
      url.addPathSegments(text("/path").replaceFirst("^/", ""));
      for (var each : json.get("query").properties()) {
        url.addQueryParameter(each.getKey(), each.getValue().textValue());
      }
      return url.build();
    }

    Request request() {
      String method = text("/method");
      String body = json.get("body").asText("");
      boolean hasBody = !body.isEmpty() || HttpMethod.requiresRequestBody(method);
      Request.Builder request =
          new Request.Builder()
              .url(url())
              .method(method, hasBody ? RequestBody.create(body.getBytes(UTF_8)) : null);
      signedHeaders().forEach(line -> request.header(line[0], line[1]));
      return request.header("Host", text("/expected/headers/Host")).build();
    }

    private Stream<String[]> signedHeaders() {
      Stream<String> lines = text("/expected/canonicalRequest").lines().skip(3);
      return lines.takeWhile(line -> !line.isEmpty()).map(line -> line.split(":", 2));
    }

    String[] names() {
      return signedHeaders()
          .map(line -> line[0])
          .filter(name -> !name.matches("host|x-sdk-date|x-security-token"))
          .toArray(String[]::new);
    }

    @Override
    public String toString() {
      return text("/id");
    }
  }

  @Test
  void noVectorIsMissing() {
    assertThat(currentHeaders()).hasSize(215);
    assertThat(olderHeaders()).hasSize(2 * 110);
    assertThat(queries()).hasSize(2 * 60);
  }

  @ParameterizedTest
  @MethodSource({"currentHeaders", "olderHeaders"})
  void signsAsTheVendorDoes(Vector vector) {
    Credentials key = vector.key(vector.text("/expected/headers/X-Security-Token"));
    Request sent = vector.signer().sign(vector.request(), key, vector.time(), vector.names());
    assertThat(RequestSigner.canonicalRequest(sent))
        .isEqualTo(vector.text("/expected/canonicalRequest"));
    assertThat(sent.header("Authorization")).isEqualTo(vector.text("/expected/authorization"));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void signsAQueryAsTheOlderSignersDo(Vector vector) {
    Duration validity = Duration.ofSeconds(vector.json().path("expiresSeconds").asLong(604_800));
    HttpUrl presigned =
        vector
            .signer()
            .presign(vector.request(), vector.key(null), vector.time(), validity, vector.names());
    assertThat(vector.text("/expected/url")).endsWith("?" + presigned.encodedQuery());
  }

  static Stream<Vector> currentHeaders() {
    return vectors("sdk-hmac-sha256")
        .filter(vector -> vector.json().get("docConformant").booleanValue())
        .filter(vector -> !OF_THE_SDK_ALONE.contains(vector.toString()));
  }

  static Stream<Vector> olderHeaders() {
    return older("legacy-scoped-header", "core309-access-header");
  }

  static Stream<Vector> queries() {
    return older("legacy-scoped-presign", "core309-access-presign")
        .filter(vector -> vector.text("/headers/X-Security-Token") == null);
  }

  private static Stream<Vector> older(String... files) {
    return Stream.of(files)
        .flatMap(SigningVectorsTest::vectors)
        .filter(vector -> vector.text("/style").equals("endpoint-url"))
        .filter(vector -> vector.json().get("quirks").isEmpty())
        .filter(vector -> !CHANGED_BY_OKHTTP.matcher(vector.text("/path")).find());
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
