package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.cloudjobs.text.HeaderText;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/** What the older form binds a signature to: a day, a region and a service. Pure. */
record CredentialScope(String region, String service) {
  private static final String END = "sdk_request";
  private static final byte[] KEY_PREFIX = "SDK".getBytes(US_ASCII);

  CredentialScope {
    // A slash would move the borders, a comma or a blank would end the credential in the header.
    HeaderText.requireWord("region", region, "/,");
    HeaderText.requireWord("service", service, "/,");
  }

  /** The scope as it is written: {@code 20240305/eu-de/ecs/sdk_request}. */
  String on(String day) {
    return day + '/' + region + '/' + service + '/' + END;
  }

  /** The key for one day, which cannot be turned back into the secret. */
  SecretKeySpec key(SecretKeySpec secret, String day) {
    byte[] plain = secret.getEncoded();
    byte[] prefixed = Arrays.copyOf(KEY_PREFIX, KEY_PREFIX.length + plain.length);
    System.arraycopy(plain, 0, prefixed, KEY_PREFIX.length, plain.length);
    SecretKeySpec key = key(prefixed);
    for (String step : new String[] {day, region, service, END}) {
      key = key(Hashing.hmac(key, step.getBytes(US_ASCII), step.length()));
    }
    return key;
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, Hashing.HMAC);
  }
}
