package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.text.HeaderText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Signs requests with {@code SDK-HMAC-SHA256}. Pure: it reads no clock and touches no socket.
 * Immutable and thread-safe.
 *
 * <p>A signature covers the method, the path, the query, the body's hash, {@code Host}, {@code
 * X-Sdk-Date} and the headers the request names, no others. A gateway takes it for 15 minutes
 * around its own clock, and locks a key for five minutes after six bad signatures in a row: sign
 * anew for every attempt, and stop at the first refusal.
 *
 * @see <a
 *     href="https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-004.html">API
 *     Request Signing Guide</a>
 */
public final class RequestSigner {
  static final String DATE = "X-Sdk-Date";
  static final String SECURITY_TOKEN = "X-Security-Token";
  static final String AUTHORIZATION = "Authorization";
  static final String AUTH_TOKEN = "X-Auth-Token";

  private static final List<String> QUERY_NAMES =
      List.of(
          "X-Sdk-Algorithm",
          "X-Sdk-Credential",
          DATE,
          "X-Sdk-Expires",
          "X-Sdk-SignedHeaders",
          "X-Sdk-Signature");
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(7); // the vendor's own maximum

  private static final RequestSigner STANDARD = new RequestSigner(new SignatureForm(null));

  private final SignatureForm form;

  private RequestSigner(SignatureForm form) {
    this.form = form;
  }

  /** Returns the signer of the current form, {@code Authorization: SDK-HMAC-SHA256 Access=…}. */
  public static RequestSigner standard() {
    return STANDARD;
  }

  /**
   * Returns a signer of the older form, {@code Credential=AK/day/region/service/sdk_request}, with
   * which Open Telekom Cloud's Terraform provider signs.
   *
   * @param region may be empty, as that provider leaves it
   * @param service may be empty too
   * @throws IllegalArgumentException if one is null or holds a slash, a comma, a blank, or anything
   *     but printable ASCII
   */
  public static RequestSigner scoped(String region, String service) {
    return new RequestSigner(new SignatureForm(new CredentialScope(region, service)));
  }

  /**
   * Signs for the time {@code at}; a fraction of a second is dropped.
   *
   * @return the header lines to add; for a token nothing is signed
   * @throws IllegalArgumentException if the year of {@code at} is not within 0 and 9999, the
   *     request names a header twice or one that the signer adds itself, or the path or the query
   *     holds half a character
   */
  public SignedRequest sign(SignableRequest request, Credentials credentials, Instant at) {
    return sign(request, credentials, SdkDate.format(at));
  }

  /**
   * Signs with the date as another party wrote it; otherwise like {@link #sign(SignableRequest,
   * Credentials, Instant)}.
   *
   * @param date the text of {@code X-Sdk-Date}, taken as it is: printable ASCII without blanks. The
   *     scoped form needs the day in its first eight characters.
   */
  public SignedRequest sign(SignableRequest request, Credentials credentials, String date) {
    if (credentials instanceof Token token) {
      return new SignedRequest(List.of(Map.entry(AUTH_TOKEN, token.value())), null);
    }
    AccessKey key = (AccessKey) requireNonNull(credentials, "credentials");
    HeaderText.requireWord("date", date, "");
    SignedHeaders headers = headersOf(request).add(DATE, date);
    String token = key.securityToken();
    if (token != null) {
      headers.add(SECURITY_TOKEN, token);
    }
    Map.Entry<String, String> dateLine = Map.entry(DATE, date);
    Map.Entry<String, String> authorization =
        Map.entry(AUTHORIZATION, form.authorization(request, headers, key, date));
    return new SignedRequest(
        token == null
            ? List.of(dateLine, authorization)
            : List.of(dateLine, Map.entry(SECURITY_TOKEN, token), authorization),
        new SignedRequest.Signing(form, request, headers, date));
  }

  /**
   * Tells whether a gateway that knows {@code accepted} would take this request as signed by it:
   * what a test's own gateway needs. The date's age is not looked at.
   *
   * @param arrived the request with the headers that came: at least {@code Authorization}, {@code
   *     X-Security-Token} and all that {@code SignedHeaders} lists, or {@code X-Auth-Token}
   * @return false if the signature is another, a signed header is missing or came twice, the date
   *     is not signed, or the token is another
   */
  public boolean verifies(SignableRequest arrived, Credentials accepted) {
    return Verification.verifies(form, arrived, requireNonNull(accepted, "accepted"));
  }

  /**
   * Signs in the query instead of in headers, so that the URL alone is enough.
   *
   * <p><strong>Unproven:</strong> the vendor's documents mention this form and its signing
   * libraries make it, but no public gateway is known to accept it. Whoever holds the URL can send
   * the request until it expires: the URL is a bearer secret.
   *
   * <p>The standard signer writes the plain key id as {@code X-Sdk-Credential}, the scoped one the
   * id and the scope. Headers that the request names are signed, and have to be sent with the URL.
   *
   * @param credentials a permanent access key; how a temporary one would be sent is nowhere defined
   * @param at when the validity begins; a fraction of a second is dropped
   * @param validity from 1 second to 7 days, both included; a fraction of a second is dropped
   * @throws IllegalArgumentException for other credentials or a validity out of range, if the query
   *     already has a parameter of the signature's, or for what {@code sign} refuses
   */
  public PresignedQuery presign(
      SignableRequest request, Credentials credentials, Instant at, Duration validity) {
    requireNonNull(credentials, "credentials");
    if (!(credentials instanceof AccessKey key) || key.securityToken() != null) {
      throw new IllegalArgumentException("only a permanent access key can sign a query");
    }
    if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("validity must be from 1 s to 7 days: " + validity);
    }
    String date = SdkDate.format(at);
    SignedHeaders headers = headersOf(request);
    List<Map.Entry<String, String>> query = new ArrayList<>(request.query());
    for (Map.Entry<String, String> own : query) {
      if (QUERY_NAMES.contains(own.getKey())) {
        throw new IllegalArgumentException("the query already has " + own.getKey());
      }
    }
    AsciiBuffer names = new AsciiBuffer();
    headers.appendNames(names);
    query.add(Map.entry("X-Sdk-Algorithm", SignatureForm.ALGORITHM));
    query.add(Map.entry("X-Sdk-Credential", form.credential(key, date)));
    query.add(Map.entry(DATE, date));
    query.add(Map.entry("X-Sdk-Expires", Long.toString(validity.toSeconds())));
    query.add(Map.entry("X-Sdk-SignedHeaders", names.toString()));
    List<Map.Entry<String, String>> sorted = CanonicalRequest.sorted(query);

    SignableRequest whole = request.withQuery(sorted);
    String signature = form.signature(whole, headers, key, date);
    List<Map.Entry<String, String>> parameters = new ArrayList<>(sorted);
    parameters.add(Map.entry("X-Sdk-Signature", signature));
    AsciiBuffer encoded = new AsciiBuffer();
    CanonicalRequest.appendQuery(encoded, parameters);
    return new PresignedQuery(
        List.copyOf(parameters),
        encoded.toString(),
        SignatureForm.canonicalRequest(whole, headers).toString(),
        form.stringToSign(whole, headers, date).toString());
  }

  @Override
  public String toString() {
    return "RequestSigner[" + form + "]";
  }

  private static SignedHeaders headersOf(SignableRequest request) {
    SignedHeaders headers = new SignedHeaders().add("host", request.host());
    for (Map.Entry<String, String> header : request.headers()) {
      if (header.getKey().equalsIgnoreCase(AUTHORIZATION)) {
        throw new IllegalArgumentException("a signature cannot cover the header that carries it");
      }
      headers.add(header.getKey(), header.getValue());
    }
    return headers;
  }
}
