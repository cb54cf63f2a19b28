package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.text.HeaderText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** An access key, permanent or, with a security token, temporary. */
final class AccessKey implements Credentials {
  private static final int SHOWN = 4;
  private static final int SHORTEST_SHOWN = 4 * SHOWN; // never more than a quarter of an id

  private final String id;
  private final SecretKeySpec secret;
  private final @Nullable String securityToken;

  /** A part of a key, and its name in error messages, such as an environment variable. */
  record Part(String name, String value) {
    /** Without the value. */
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Returns a key; a temporary one if there is a security token.
   *
   * @throws IllegalArgumentException if a part cannot be used; the message contains its name
   */
  static AccessKey of(Part id, Part secret, @Nullable Part securityToken) {
    HeaderText.requireKey(id.name, id.value);
    HeaderText.requireSecretKey(secret.name, secret.value);
    if (securityToken != null) {
      HeaderText.requireKey(securityToken.name, securityToken.value);
    }
    return new AccessKey(
        id.value, secret.value, securityToken == null ? null : securityToken.value);
  }

  AccessKey(String id, @Nullable CharSequence secret, @Nullable String securityToken) {
    this.id = HeaderText.requireKey("accessKeyId", id);
    this.secret = key(HeaderText.requireSecretKey("secretAccessKey", secret));
    this.securityToken = securityToken;
  }

  /** Makes no copy of the secret but the key itself. */
  private static SecretKeySpec key(CharSequence secret) {
    ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(secret));
    byte[] bytes = encoded.array();
    SecretKeySpec key =
        new SecretKeySpec(bytes, encoded.arrayOffset(), encoded.limit(), AsciiText.HMAC);
    Arrays.fill(bytes, (byte) 0);
    return key;
  }

  String id() {
    return id;
  }

  SecretKeySpec secret() {
    return secret;
  }

  /** Null for a permanent key. */
  @Nullable String securityToken() {
    return securityToken;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccessKey that
        && id.equals(that.id)
        && secret.equals(that.secret)
        && Objects.equals(securityToken, that.securityToken);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, secret, securityToken);
  }

  @Override
  public String toString() {
    String shown = id.length() < SHORTEST_SHOWN ? "" : id.substring(0, SHOWN);
    return (securityToken == null ? "AccessKey[" : "TemporaryAccessKey[") + shown + "…]";
  }
}
