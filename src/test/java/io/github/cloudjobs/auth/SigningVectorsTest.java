package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signatures that the vendor's own signers made, each file saying which. Used are the vectors in
 * which those signers follow the published rules; the others, with a {@code quirks} entry, are kept
 * in the files for study.
 */
class SigningVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void noVectorIsMissing() {
    assertThat(currentHeaders()).hasSize(217);
    assertThat(olderScopedHeaders()).hasSize(114);
    assertThat(olderAccessHeaders()).hasSize(114);
    assertThat(scopedQueries()).hasSize(65);
    assertThat(accessQueries()).hasSize(65);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("currentHeaders")
  void signsAsTheCurrentSdkDoes(String id, JsonNode vector) {
    // The path and query as sent: the SDK is handed templates, and leaves white space out of a URL.
    String[] target = vector.at("/wire/requestTarget").textValue().split("\\?", 2);
    List<Map.Entry<String, String>> query = new ArrayList<>();
    for (String pair : target.length < 2 ? new String[0] : target[1].split("&")) {
      int equals = pair.indexOf('=');
      query.add(
          equals < 0
              ? Map.entry(decode(pair), "")
              : Map.entry(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1))));
    }
    // All that it signed, so neither Content-Type nor a name with an underscore.
    Set<String> signed = Set.of(vector.at("/expected/signedHeaders").textValue().split(";"));
    List<Map.Entry<String, String>> headers =
        fields(vector.at("/expected/headers")).stream()
            .filter(header -> signed.contains(lower(header)))
            .toList();
    // The SDK knows this header in this spelling only.
    String payload = vector.at("/expected/headers/X-Sdk-Content-Sha256").asText(null);
    SignableRequest request =
        new SignableRequest(
            vector.get("method").textValue(),
            vector.at("/wire/hostHeader").textValue(),
            decode(target[0]),
            query,
            addedByTheCaller(headers),
            payload == null ? bodyHash(vector) : payload);

    assertSigned(
        vector,
        RequestSigner.standard()
            .sign(
                request,
                credentials(
                    vector.get("ak").textValue(), vector.get("sk").textValue(), token(headers)),
                vector.get("x_sdk_date").textValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"olderScopedHeaders", "olderAccessHeaders"})
  void signsAsTheOlderSignersDo(String id, JsonNode vector) {
    List<Map.Entry<String, String>> headers = fields(vector.get("headers"));
    assertSigned(
        vector,
        signer(vector)
            .sign(
                olderRequest(vector, addedByTheCaller(headers)),
                olderCredentials(vector, token(headers)),
                vector.get("x_sdk_date").textValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"scopedQueries", "accessQueries"})
  void signsAQueryAsTheOlderSignersDo(String id, JsonNode vector) {
    Duration validity = Duration.ofSeconds(vector.get("expiresSeconds").asLong(604_800));
    DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    LocalDateTime at = LocalDateTime.parse(vector.get("x_sdk_date").textValue(), format);

    PresignedQuery presigned =
        signer(vector)
            .presign(
                olderRequest(vector, fields(vector.get("headers"))),
                olderCredentials(vector, null),
                at.toInstant(ZoneOffset.UTC),
                validity);

    JsonNode expected = vector.get("expected");
    assertThat(presigned.canonicalRequest()).isEqualTo(expected.get("canonicalRequest").asText());
    assertThat(presigned.stringToSign()).isEqualTo(expected.get("stringToSign").asText());
    assertThat(presigned.parameters())
        .containsAll(fields(expected.get("parameters")))
        .endsWith(Map.entry("X-Sdk-Signature", expected.get("signature").asText()));
    assertThat(expected.get("url").asText()).endsWith("?" + presigned.encoded());
  }

  private static void assertSigned(JsonNode vector, SignedRequest signed) {
    JsonNode expected = vector.get("expected");
    assertThat(signed.canonicalRequest()).isEqualTo(expected.get("canonicalRequest").textValue());
    assertThat(signed.stringToSign()).isEqualTo(expected.get("stringToSign").textValue());
    assertThat(signed.headers())
        .contains(Map.entry("Authorization", expected.get("authorization").textValue()))
        .contains(Map.entry("X-Sdk-Date", vector.get("x_sdk_date").textValue()));
    assertThat(expected.get("authorization").textValue())
        .endsWith("Signature=" + expected.get("signature").textValue());
  }

  private static SignableRequest olderRequest(
      JsonNode vector, List<Map.Entry<String, String>> headers) {
    return new SignableRequest(
        vector.get("method").textValue(),
        vector.at("/expected/headers/Host").textValue(),
        vector.get("path").textValue(),
        fields(vector.get("query")),
        headers,
        bodyHash(vector));
  }

  private static RequestSigner signer(JsonNode vector) {
    return vector.has("region")
        ? RequestSigner.scoped(vector.get("region").textValue(), vector.get("service").textValue())
        : RequestSigner.standard();
  }

  /** The older signers trim both halves of a key. */
  private static Credentials olderCredentials(JsonNode vector, String token) {
    return credentials(
        vector.get("ak").textValue().trim(), vector.get("sk").textValue().trim(), token);
  }

  private static Credentials credentials(String id, String secret, String token) {
    return token == null
        ? Credentials.accessKey(id, secret)
        : Credentials.temporaryAccessKey(id, secret, token);
  }

  private static String token(List<Map.Entry<String, String>> headers) {
    return headers.stream()
        .filter(header -> lower(header).equals("x-security-token"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static List<Map.Entry<String, String>> addedByTheCaller(
      List<Map.Entry<String, String>> headers) {
    Set<String> addedByTheSigner = Set.of("host", "x-sdk-date", "x-security-token");
    return headers.stream().filter(header -> !addedByTheSigner.contains(lower(header))).toList();
  }

  private static String lower(Map.Entry<String, String> header) {
    return header.getKey().toLowerCase(Locale.ROOT);
  }

  private static String bodyHash(JsonNode vector) {
    byte[] body = vector.get("body").asText("").getBytes(UTF_8);
    return SignableRequest.get("h", "/").withBody("POST", body).payloadHash();
  }

  private static List<Map.Entry<String, String>> fields(JsonNode object) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    object.properties().forEach(e -> fields.add(Map.entry(e.getKey(), e.getValue().textValue())));
    return fields;
  }

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
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
