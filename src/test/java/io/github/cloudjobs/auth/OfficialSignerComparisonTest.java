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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random requests, signed by the official SDK's signer and by ours. Left out is where that signer
 * departs from the published rules, as these requests show:
 *
 * <ol>
 *   <li>a path with {@code %}, which it signs encoded and sends as it is;
 *   <li>a path that ends in more than one slash, or consists of slashes: it drops the last
 *       segments;
 *   <li>{@code ?} or {@code #} in a path, blanks at its end, and query names that need encoding: it
 *       passes everything through {@code java.net.URL}, which cuts, trims and repeats them;
 *   <li>values of one name out of order: it does not sort them;
 *   <li>header values with blanks around them, and repeated headers: it does not trim, and signs
 *       the first;
 *   <li>other spellings of {@code X-Sdk-Date}, {@code Host} and {@code X-Sdk-Content-Sha256}: it
 *       does not know them;
 *   <li>header names that differ in case only: it fails; those with an underscore and {@code
 *       Content-Type}: it does not sign them.
 * </ol>
 */
class OfficialSignerComparisonTest {
  private static final int REQUESTS = 2_000;

  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final String IN_HOSTS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  private static final String IN_PATHS = UNRESERVED + " !\"$&'()*+,;=:@[]{}|\\^`<>äßжİ字𝄞🚀\u007f";
  private static final String IN_VALUES = IN_PATHS + "%?#/";
  private static final String IN_SECRETS = UNRESERVED + "+/=ключ秘密";
  private static final String IN_HEADERS = UNRESERVED + " !\"#$%&'()*+,/:;<=>?@[]{}|";

  private Random random;

  static LongStream seeds() {
    return LongStream.of(20_191_115, System.nanoTime());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void signsTwoThousandRequestsAsTheOfficialSigner(long seed) {
    random = new Random(seed);
    for (int i = 0; i < REQUESTS; i++) {
      compare();
    }
  }

  private void compare() {
    String method = List.of("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH").get(random.nextInt(6));
    String port = random.nextBoolean() ? "" : ":" + (1024 + random.nextInt(60_000));
    String host = text(IN_HOSTS, 1, 12) + ".Example.com" + port;
    String path = path();
    Instant at =
        Instant.ofEpochSecond(random.nextLong(253_402_300_800L), random.nextInt(1_000_000_000));
    HttpRequest.HttpRequestBuilder theirs =
        HttpRequest.newBuilder()
            .withEndpoint("https://" + host)
            .withPath(path)
            .withMethod(HttpMethod.valueOf(method))
            .addHeader("X-Sdk-Date", SDK_DATE.format(at));
    Request.Builder ours = new Request.Builder().header("Host", host); // with its capitals
    List<String> query = new ArrayList<>();
    for (Map.Entry<String, List<String>> each : query().entrySet()) {
      theirs.addQueryParam(each.getKey(), each.getValue());
      each.getValue().forEach(value -> query.add(each.getKey() + "=" + encode(value)));
    }
    Set<String> signed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (int n = random.nextInt(4); n > 0; n--) {
      String name = "X-" + text("abcXYZ019-", 1, 6);
      String value = text(IN_HEADERS, 0, 20).trim();
      if (signed.add(name)) {
        theirs.addHeader(name, value);
        ours.header(name, value);
      }
    }
    RequestBody body = null;
    if (method.startsWith("P")) {
      String content = text(IN_VALUES, 0, 200);
      theirs.withBodyAsString(content);
      body = RequestBody.create(content.getBytes(UTF_8));
    }
    String id = text(UNRESERVED, 1, 20);
    String secret = text(IN_SECRETS, 0, 100) + text(UNRESERVED, 1, 1);
    Credentials key = Credentials.accessKey(id, secret);
    if (random.nextInt(3) == 0) {
      String securityToken = text(UNRESERVED + "+/=", 1, 300);
      theirs.addHeader("X-Security-Token", securityToken);
      key = Credentials.temporaryAccessKey(id, secret, securityToken);
    }
    HttpUrl url =
        HttpUrl.get("https://" + host)
            .newBuilder()
            .encodedPath(encode(path).replace("%2F", "/"))
            .encodedQuery(query.isEmpty() ? null : String.join("&", query))
            .build();
    Request request = ours.url(url).method(method, body).build();
    assertThat(
            RequestSigner.standard()
                .sign(request, key, at, signed.toArray(new String[0]))
                .header("Authorization"))
        .as("%s at %s with %s", request, at, secret)
        .isEqualTo(
            AKSKSigner.getInstance()
                .sign(theirs.build(), new BasicCredentials().withAk(id).withSk(secret))
                .get("Authorization"));
  }

  private String path() {
    StringBuilder segments = new StringBuilder();
    for (int n = random.nextInt(5); n >= 0; n--) {
      // No dot at its end: OkHttp removes segments of dots.
      segments.append('/').append(text(IN_PATHS, 0, 20)).append(text(IN_HOSTS, 1, 4));
    }
    return segments + (random.nextInt(4) == 0 ? "/" : "");
  }

  private SortedMap<String, List<String>> query() {
    SortedMap<String, List<String>> query = new TreeMap<>(Comparator.reverseOrder());
    for (int n = random.nextInt(4); n > 0; n--) {
      List<String> values = new ArrayList<>();
      for (int m = random.nextInt(3); m >= 0; m--) {
        values.add(text(IN_VALUES, 0, 12));
      }
      values.sort(Comparator.comparing(OfficialSignerComparisonTest::encode));
      query.put(text(UNRESERVED, 1, 8), values);
    }
    return query;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private String text(String alphabet, int least, int most) {
    int[] characters = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int n = least + random.nextInt(most - least + 1); n > 0; n--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return text.toString();
  }
}
