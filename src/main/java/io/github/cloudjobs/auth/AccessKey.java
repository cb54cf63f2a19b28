package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.text.HeaderText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** An access key, permanent or, with a security token, temporary. */
record AccessKey(String id, SecretKeySpec secret, @Nullable String securityToken)
    implements Credentials {
  private static final int SHOWN = 4;
  private static final int SHORTEST_SHOWN = 4 * SHOWN; // never more than a quarter of an id

  /** A part of a key, and its name in error messages, such as an environment variable. */
  record Part(String name, @Nullable CharSequence value) {
    String forHeader() {
      return HeaderText.requireKey(name, value == null ? null : value.toString());
    }

    /** Makes no copy of the secret but the key itself. */
    SecretKeySpec secretKey() {
      CharSequence secret = HeaderText.requireSecretKey(name, value);
      ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(secret));
      byte[] bytes = encoded.array();
      SecretKeySpec key =
          new SecretKeySpec(bytes, encoded.arrayOffset(), encoded.limit(), AsciiText.HMAC);
      Arrays.fill(bytes, (byte) 0);
      return key;
    }

    /** Without the value. */
    @Override
    public String toString() {
      return name;
    }
  }

  /** Returns a key; the exception for a part that cannot be used names that part. */
  static AccessKey of(Part id, Part secret, @Nullable Part securityToken) {
    return new AccessKey(
        id.forHeader(),
        secret.secretKey(),
        securityToken == null ? null : securityToken.forHeader());
  }

  /** Not the record's own, which loads fifty classes before the first poll. */
  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    String shown = id.length() < SHORTEST_SHOWN ? "" : id.substring(0, SHOWN);
    return (securityToken == null ? "AccessKey[" : "TemporaryAccessKey[") + shown + "…]";
  }
}
