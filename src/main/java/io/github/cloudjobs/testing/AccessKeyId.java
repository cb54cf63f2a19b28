package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignableRequest;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The public half of an access key, as everybody can read it in a header that it signed. Pure. */
final class AccessKeyId {
  private static final Pattern ACCESS = Pattern.compile("SDK-HMAC-SHA256 Access=([^,]*), .*");
  private static final SignableRequest ANY = SignableRequest.get("localhost", "/");

  private AccessKeyId() {}

  /** Returns null for a token. */
  static @Nullable String of(Credentials credentials) {
    for (Map.Entry<String, String> header :
        RequestSigner.standard().sign(ANY, credentials, Instant.EPOCH).headers()) {
      Matcher access = ACCESS.matcher(header.getValue());
      if (header.getKey().equals("Authorization") && access.matches()) {
        return access.group(1);
      }
    }
    return null;
  }
}
