package io.github.cloudjobs.auth;

import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.text.HeaderText;

/**
 * Credentials of a request: an access key, a temporary access key or an IAM token.
 *
 * <p>Immutable. Two are equal if they have the same values. {@code toString} shows the kind and at
 * most four characters of an access key's id. Secrets leave this package only as signatures and
 * headers; no exception contains one. Not serializable.
 *
 * <p>Ids and tokens are printable ASCII without blanks; a secret may have other characters too, but
 * no blanks. Nothing is trimmed: a blank, a line end or an invisible character, which copying may
 * add, is refused with a message that names the parameter, the character and its index.
 *
 * <p><strong>Erasing.</strong> The methods with a {@code char[]} copy it and never make a {@code
 * String} of it; the caller may overwrite it as soon as they return. The copy that signs stays in
 * memory as long as the credentials do, and the garbage collector may leave others behind. Tokens
 * are sent as they are, so they are strings.
 */
public sealed interface Credentials permits AccessKey, Token {
  /**
   * Returns a permanent access key.
   *
   * @param accessKeyId the id (AK)
   * @param secretAccessKey the secret (SK)
   * @throws IllegalArgumentException if one is refused; the message does not contain its value
   */
  static Credentials accessKey(String accessKeyId, String secretAccessKey) {
    return new AccessKey(
        new Part("accessKeyId", accessKeyId), new Part("secretAccessKey", secretAccessKey), null);
  }

  /** Returns a permanent access key with a secret that the caller may erase. */
  static Credentials accessKey(String accessKeyId, char[] secretAccessKey) {
    return new AccessKey(
        new Part("accessKeyId", accessKeyId),
        new Part("secretAccessKey", HeaderText.view(secretAccessKey)),
        null);
  }

  /**
   * Returns a temporary access key with its security token, which is sent in {@code
   * X-Security-Token} and signed.
   *
   * @throws IllegalArgumentException if one is refused; the message does not contain its value
   */
  static Credentials temporaryAccessKey(
      String accessKeyId, String secretAccessKey, String securityToken) {
    return new AccessKey(
        new Part("accessKeyId", accessKeyId),
        new Part("secretAccessKey", secretAccessKey),
        new Part("securityToken", securityToken));
  }

  /** Returns a temporary access key with a secret that the caller may erase. */
  static Credentials temporaryAccessKey(
      String accessKeyId, char[] secretAccessKey, String securityToken) {
    return new AccessKey(
        new Part("accessKeyId", accessKeyId),
        new Part("secretAccessKey", HeaderText.view(secretAccessKey)),
        new Part("securityToken", securityToken));
  }

  /**
   * Returns an IAM token, which is sent in {@code X-Auth-Token}; requests are not signed. Its scope
   * must be the project of the jobs that are polled.
   *
   * @throws IllegalArgumentException if it is refused; the message does not contain it
   */
  static Credentials token(String token) {
    return new Token(token);
  }
}
