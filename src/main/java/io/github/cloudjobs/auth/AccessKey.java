package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.text.HeaderText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An access key, permanent or, with a security token, temporary. */
final class AccessKey implements Credentials {
  private static final int SHOWN = 4;
  private static final int SHORTEST_SHOWN = 4 * SHOWN; // never more than a quarter of an id

  /** A part of a key, and its name in error messages, such as an environment variable. */
  static final class Part {
    final String name;
    final @Nullable CharSequence value;

    Part(String name, @Nullable CharSequence value) {
      this.name = name;
      this.value = value;
    }

    String forHeader() {
      return HeaderText.requireKey(name, value == null ? null : value.toString());
    }

    /** Makes no copy of the secret but the key itself. */
    byte[] secretKey() {
      CharSequence secret = HeaderText.requireSecretKey(name, value);
      if (secret instanceof String text) {
        return text.getBytes(UTF_8);
      }
      ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(secret));
      byte[] key = new byte[encoded.limit()];
      encoded.get(key).clear().put(new byte[encoded.capacity()]);
      return key;
    }
  }

  final String id;
  final byte[] secret;
  final @Nullable String securityToken;

  /** Throws an {@link IllegalArgumentException} that names the part that cannot be used. */
  AccessKey(Part id, Part secret, @Nullable Part securityToken) {
    this.id = id.forHeader();
    this.secret = secret.secretKey();
    this.securityToken = securityToken == null ? null : securityToken.forHeader();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccessKey that
        && id.equals(that.id)
        && MessageDigest.isEqual(secret, that.secret)
        && Objects.equals(securityToken, that.securityToken);
  }

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
