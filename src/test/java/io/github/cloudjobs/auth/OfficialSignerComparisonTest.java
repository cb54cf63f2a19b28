package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random requests, signed by the official SDK's signer and by ours, on several threads. Left out is
 * where that signer departs from the published rules:
 *
 * <ol>
 *   <li>a path with {@code %}, which it signs encoded and sends as it is;
 *   <li>a path that ends in more than one slash, or consists of slashes: it drops the last
 *       segments;
 *   <li>{@code ?} or {@code #} in a path, blanks at its end, and query names that need encoding: it
 *       passes everything through {@code java.net.URL}, which cuts, trims and repeats them;
 *   <li>values of one name out of order: it does not sort them.
 * </ol>
 */
class OfficialSignerComparisonTest {
  private static final int REQUESTS = 2_000;
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  private static final String IN_PATHS = UNRESERVED + " !\"$&'()*+,;=:@[]{}|\\^`<>äßжİ字𝄞🚀\u007f";
  private static final String IN_VALUES = IN_PATHS + "%?#/";
  private static final String IN_SECRETS = UNRESERVED + "+/=ключ秘密";

  static LongStream seeds() {
    return LongStream.of(20_191_115, System.nanoTime());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void signsTwoThousandRequestsAsTheOfficialSigner(long seed) {
    LongStream.range(seed, seed + REQUESTS).parallel().forEach(each -> compare(new Random(each)));
  }

  private static void compare(Random random) {
    Instant at = Instant.ofEpochSecond(random.nextLong(253_402_300_800L));
    String path = "/v1/" + text(random, IN_PATHS, 20) + "a/" + text(random, IN_PATHS, 20) + "b";
    String body = text(random, IN_VALUES, 200);
    HttpRequest.HttpRequestBuilder theirs =
        HttpRequest.newBuilder()
            .withEndpoint("https://host:8443")
            .withPath(path)
            .withMethod(HttpMethod.POST)
            .withBodyAsString(body)
            .addHeader("X-Sdk-Date", SDK_DATE.format(at));
    HttpUrl.Builder url =
        HttpUrl.get("https://host:8443").newBuilder().encodedPath(encode(path).replace("%2F", "/"));
    for (int n = random.nextInt(4); n > 0; n--) {
      String name = n + text(random, UNRESERVED, 8);
      List<String> values =
          Stream.of(text(random, IN_VALUES, 12), text(random, IN_VALUES, 12))
              .sorted(Comparator.comparing(OfficialSignerComparisonTest::encode))
              .toList();
      theirs.addQueryParam(name, values);
      values.forEach(value -> url.addEncodedQueryParameter(name, encode(value)));
    }
    String id = "a" + text(random, UNRESERVED, 20);
    String secret = "a" + text(random, IN_SECRETS, 100);
    Credentials key = Credentials.accessKey(id, secret);
    if (random.nextBoolean()) {
      String securityToken = "a" + text(random, UNRESERVED + "+/=", 300);
      theirs.addHeader("X-Security-Token", securityToken);
      key = Credentials.temporaryAccessKey(id, secret, securityToken);
    }
    RequestBody ours = RequestBody.create(body.getBytes(UTF_8));
    Request request = new Request.Builder().url(url.build()).post(ours).build();
    assertThat(RequestSigner.standard().sign(request, key, at).header("Authorization"))
        .as("%s at %s with %s", request, at, secret)
        .isEqualTo(
            AKSKSigner.getInstance()
                .sign(theirs.build(), new BasicCredentials().withAk(id).withSk(secret))
                .get("Authorization"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** Random text of at most this length. */
  private static String text(Random random, String alphabet, int most) {
    int[] characters = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return text.toString();
  }
}
