package io.github.cloudjobs.auth;

import static java.time.ZoneOffset.UTC;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.text.HeaderText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.HashingSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests with {@code SDK-HMAC-SHA256}. Does no I/O and reads no clock. Thread-safe.
 *
 * <p>A signature covers the method, the path, the query, the hash of the body, {@code Host}, {@code
 * X-Sdk-Date} and the headers that the caller names. A gateway accepts it for 15 minutes around its
 * own time, and locks an access key for five minutes after six bad signatures in a row: sign every
 * attempt, and stop after the first refusal.
 *
 * @see <a
 *     href="https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-004.html">API
 *     Request Signing Guide</a>
 */
public final class RequestSigner {
  private static final String DATE = "X-Sdk-Date";
  private static final String SECURITY_TOKEN = "X-Security-Token";
  private static final String AUTHORIZATION = "Authorization";
  private static final String AUTH_TOKEN = "X-Auth-Token";
  private static final String CONTENT_HASH = "X-Sdk-Content-Sha256";

  private static final String SIGNED_HEADERS = "SignedHeaders=";

  private static final Duration LONGEST = Duration.ofDays(7); // the vendor's own maximum

  private static final RequestSigner STANDARD = new RequestSigner(null);

  private final @Nullable String scope; // region/service of the scoped form

  /** The last second and its text: many requests are signed in the same one. */
  private volatile Map.Entry<Long, String> lastDate = Map.entry(Long.MIN_VALUE, "");

  private RequestSigner(@Nullable String scope) {
    this.scope = scope;
  }

  /** Returns the signer of the current form, {@code Authorization: SDK-HMAC-SHA256 Access=…}. */
  public static RequestSigner standard() {
    return STANDARD;
  }

  /**
   * Returns a signer of the older form, {@code Credential=AK/day/region/service/sdk_request}, which
   * Open Telekom Cloud's Terraform provider uses.
   *
   * @param region may be empty, as in that provider
   * @param service may be empty
   * @throws IllegalArgumentException if one is null or contains a slash, a comma, a blank or a
   *     character that is not printable ASCII
   */
  public static RequestSigner scoped(String region, String service) {
    // A slash would change the scope; a comma or a blank would end the credential in the header.
    HeaderText.requireWord("region", region, "/,");
    HeaderText.requireWord("service", service, "/,");
    return new RequestSigner(region + '/' + service);
  }

  /**
   * Returns a copy of a request with the headers {@code X-Sdk-Date}, {@code Authorization} and, for
   * a temporary key, {@code X-Security-Token}; for a token with {@code X-Auth-Token} alone. Headers
   * of an earlier signature are replaced.
   *
   * <p>The body is written once to be hashed, unless the header {@code X-Sdk-Content-Sha256} gives
   * its hash or {@code UNSIGNED-PAYLOAD}.
   *
   * @param at time of the signature; a fraction of a second is dropped
   * @param signedHeaders names of the headers to sign besides {@code Host}, {@code X-Sdk-Date} and
   *     {@code X-Security-Token}; a proxy or an interceptor must not change them. The value of
   *     {@code Content-Type} is that of the body, if it has one: OkHttp replaces the header by it
   * @throws IllegalArgumentException if the request does not have one of these headers exactly
   *     once, the signer itself sets or removes one, or the body can be written only once
   * @throws UncheckedIOException if the body cannot be written
   */
  public Request sign(
      Request request, Credentials credentials, Instant at, String... signedHeaders) {
    Request.Builder signed = request.newBuilder();
    for (int i = 0; i < request.headers().size(); i++) {
      String name = request.headers().name(i);
      if (isOfSigner(name)) {
        signed.removeHeader(name);
      }
    }
    if (credentials instanceof Token token) {
      return signed.addHeader(AUTH_TOKEN, token.value()).build();
    }
    AccessKey key = (AccessKey) requireNonNull(credentials, "credentials");
    String date = format(at);
    SortedMap<String, String> headers = headers(request, signedHeaders);
    headers.put("x-sdk-date", date);
    signed.addHeader(DATE, date);
    String securityToken = key.securityToken;
    if (securityToken != null) {
      headers.put("x-security-token", securityToken);
      signed.addHeader(SECURITY_TOKEN, securityToken);
    }
    boolean usual = headers.size() == 2; // those that are always signed, and no others
    String names = usual ? "host;x-sdk-date" : names(headers);
    AsciiText canonical = canonicalRequest(request, request.url(), headers, names);
    Signature signature = new Signature(key, date, scope);
    return signed.addHeader(AUTHORIZATION, signature.authorization(canonical, names)).build();
  }

  /**
   * Returns the URL of a request with a signature in its query, so that the URL alone is enough.
   *
   * <p><strong>Unproven:</strong> the vendor's documents mention this form and its signing
   * libraries make it, but no public gateway is known to accept it. Anyone who has the URL can send
   * the request until it expires: keep it secret.
   *
   * @param credentials a permanent access key; no document defines how to send a temporary one
   * @param at start of the validity; a fraction of a second is dropped
   * @param validity from 1 second to 7 days; a fraction of a second is dropped
   * @param signedHeaders names of headers of the request to sign, which then have to be sent along
   * @throws IllegalArgumentException for other credentials, a validity out of range, a query that
   *     has a parameter of the signature already, or what {@link #sign} refuses
   * @throws UncheckedIOException if the body cannot be written
   */
  public HttpUrl presign(
      Request request,
      Credentials credentials,
      Instant at,
      Duration validity,
      String... signedHeaders) {
    requireNonNull(credentials, "credentials");
    if (!(credentials instanceof AccessKey key) || key.securityToken != null) {
      throw new IllegalArgumentException("only a permanent access key can sign a query");
    }
    if (validity == null || validity.toSeconds() < 1 || validity.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("validity must be from 1 s to 7 days: " + validity);
    }
    for (String name : request.url().queryParameterNames()) {
      if (name.matches("X-Sdk-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature)")) {
        throw new IllegalArgumentException("the query already has " + name);
      }
    }
    String date = format(at);
    Signature signature = new Signature(key, date, scope);
    SortedMap<String, String> headers = headers(request, signedHeaders);
    String names = names(headers);
    HttpUrl.Builder query = request.url().newBuilder();
    query.addQueryParameter("X-Sdk-Algorithm", Signature.ALGORITHM);
    query.addQueryParameter("X-Sdk-Credential", signature.credential());
    query.addQueryParameter(DATE, date);
    query.addQueryParameter("X-Sdk-Expires", Long.toString(validity.toSeconds()));
    query.addQueryParameter("X-Sdk-SignedHeaders", names);
    query.encodedQuery(Signature.canonicalQuery(query.build().encodedQuery()));
    HttpUrl url = query.build();
    String value = signature.value(canonicalRequest(request, url, headers, names));
    return url.newBuilder().addQueryParameter("X-Sdk-Signature", value).build();
  }

  /**
   * Returns the canonical request of a signed request, to be compared with the one that a gateway
   * prints when it refuses a signature. It contains a temporary key's security token.
   *
   * @return null if the request has no signature
   */
  public static @Nullable String canonicalRequest(Request signed) {
    String authorization = signed.header(AUTHORIZATION);
    int names = authorization == null ? -1 : authorization.indexOf(SIGNED_HEADERS);
    if (authorization == null || names < 0) {
      return null;
    }
    String list = authorization.substring(names + SIGNED_HEADERS.length()).split(",", 2)[0];
    SortedMap<String, String> headers = new TreeMap<>();
    for (String name : list.split(";", -1)) {
      headers.put(name, String.join(",", values(signed, name)));
    }
    return canonicalRequest(signed, signed.url(), headers, names(headers)).toString();
  }

  private static AsciiText canonicalRequest(
      Request request, HttpUrl url, SortedMap<String, String> headers, String names) {
    return Signature.canonicalRequest(
        request.method(), path(url), url.encodedQuery(), headers, names, bodyHash(request));
  }

  private static String names(SortedMap<String, String> headers) {
    return String.join(";", headers.keySet());
  }

  private static String path(HttpUrl url) {
    if (url.encodedQuery() != null || url.encodedFragment() != null) {
      return url.encodedPath(); // as slow as a hash
    }
    String text = url.toString();
    return text.substring(text.indexOf('/', url.scheme().length() + "://".length()));
  }

  private static String bodyHash(Request request) {
    String given = request.header(CONTENT_HASH);
    RequestBody body = request.body();
    if (given != null || body == null) {
      return given == null ? Signature.NO_BODY : given;
    }
    if (body.isOneShot() || body.isDuplex()) {
      throw new IllegalArgumentException("a body that can be written only once cannot be signed");
    }
    HashingSink hashed = HashingSink.sha256(Okio.blackhole());
    try (BufferedSink sink = Okio.buffer(hashed)) {
      body.writeTo(sink);
    } catch (IOException e) {
      throw new UncheckedIOException("the body of the request cannot be written", e);
    }
    return hashed.hash().hex();
  }

  private static SortedMap<String, String> headers(Request request, String... names) {
    SortedMap<String, String> headers = new TreeMap<>();
    headers.put("host", host(request));
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (isOfSigner(lower) || lower.equals("host")) {
        throw new IllegalArgumentException("the signer sets or removes the header " + lower);
      }
      List<String> values = values(request, lower);
      if (values.size() != 1) {
        throw new IllegalArgumentException(
            "the request has the header " + lower + " " + values.size() + " times instead of once");
      }
      headers.put(lower, HeaderText.requirePrintable("header " + lower, values.get(0)).trim());
    }
    return headers;
  }

  private static boolean isOfSigner(String header) {
    return header.equalsIgnoreCase(DATE)
        || header.equalsIgnoreCase(SECURITY_TOKEN)
        || header.equalsIgnoreCase(AUTHORIZATION)
        || header.equalsIgnoreCase(AUTH_TOKEN);
  }

  /** The values of a header, by its name in lower case, as OkHttp sends them. */
  private static List<String> values(Request request, String name) {
    RequestBody body = request.body();
    MediaType type = body == null ? null : body.contentType();
    if (name.equals("host")) {
      return List.of(host(request));
    }
    return type != null && name.equals("content-type")
        ? List.of(type.toString())
        : request.headers(name);
  }

  /** The header {@code Host} as OkHttp sends it: without the default port. */
  private static String host(Request request) {
    String given = request.header("Host");
    if (given != null) {
      return given;
    }
    HttpUrl url = request.url();
    String host = url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
    return url.port() == HttpUrl.defaultPort(url.scheme()) ? host : host + ":" + url.port();
  }

  private String format(Instant at) {
    Map.Entry<Long, String> last = lastDate;
    if (last.getKey() != at.getEpochSecond()) {
      last = Map.entry(at.getEpochSecond(), date(LocalDateTime.ofInstant(at, UTC)));
      lastDate = last;
    }
    return last.getValue();
  }

  /** Such as {@code 20221017T185125Z}; a formatter would load the JDK's before the first poll. */
  private static String date(LocalDateTime time) {
    int day = time.getYear() * 10_000 + time.getMonthValue() * 100 + time.getDayOfMonth();
    int second = time.getHour() * 10_000 + time.getMinute() * 100 + time.getSecond();
    return day + "T" + Integer.toString(1_000_000 + second).substring(1) + "Z";
  }

  @Override
  public String toString() {
    return "RequestSigner[" + (scope == null ? "standard" : scope) + "]";
  }
}
