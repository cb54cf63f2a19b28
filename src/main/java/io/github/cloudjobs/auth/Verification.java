package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway's side of a signature: signs what arrived once more, and compares. Pure. */
final class Verification {
  private Verification() {}

  static boolean verifies(SignatureForm form, SignableRequest arrived, Credentials accepted) {
    if (accepted instanceof Token token) {
      String came = header(arrived, RequestSigner.AUTH_TOKEN);
      return came != null && same(came, token.value());
    }
    AccessKey key = (AccessKey) accepted;
    String authorization = header(arrived, RequestSigner.AUTHORIZATION);
    String date = header(arrived, RequestSigner.DATE);
    if (authorization == null
        || date == null
        || date.length() < SdkDate.DAY_LENGTH
        || !Objects.equals(header(arrived, RequestSigner.SECURITY_TOKEN), key.securityToken())) {
      return false;
    }
    SignedHeaders headers = headersNamedIn(authorization, arrived);
    return headers != null
        && headers.contains("x-sdk-date") // the one header the guide requires to be signed
        && same(authorization, form.authorization(arrived, headers, key, date));
  }

  /** Gathers what an Authorization header says is signed; null if some of it did not come. */
  private static @Nullable SignedHeaders headersNamedIn(
      String authorization, SignableRequest arrived) {
    int namesBegin =
        authorization.indexOf(SignatureForm.SIGNED_HEADERS) + SignatureForm.SIGNED_HEADERS.length();
    int namesEnd = authorization.indexOf(SignatureForm.SIGNATURE);
    if (namesBegin < SignatureForm.SIGNED_HEADERS.length() || namesEnd < namesBegin) {
      return null;
    }
    SignedHeaders headers = new SignedHeaders();
    for (String name : authorization.substring(namesBegin, namesEnd).split(";", -1)) {
      String value = name.equals("host") ? arrived.host() : header(arrived, name);
      if (value == null || headers.contains(name.toLowerCase(Locale.ROOT))) {
        return null;
      }
      headers.add(name, value);
    }
    return headers;
  }

  /** The one value of a header, without the blanks around it; null if there is none or several. */
  private static @Nullable String header(SignableRequest request, String name) {
    String found = null;
    for (Map.Entry<String, String> header : request.headers()) {
      if (header.getKey().equalsIgnoreCase(name)) {
        if (found != null) {
          return null;
        }
        found = header.getValue().trim();
      }
    }
    return found;
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }
}
