package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;

/**
 * Credentials of a request: an access key, a temporary access key or an IAM token.
 *
 * <p>Immutable. Two are equal if they have the same values. {@code toString} shows the kind and at
 * most four characters of an access key's id. Secrets leave this package only as signatures and
 * headers; no exception contains one. Not serializable.
 *
 * <p>Nothing is trimmed: a key or a token with a blank, a line end or an invisible character, which
 * copying may add, is refused with a message that names the character and its index.
 *
 * <p><strong>Erasing.</strong> The methods with a {@code char[]} copy it and never make a {@code
 * String} of it; the caller may overwrite it as soon as they return. The copy that signs stays in
 * memory as long as the credentials do, and the garbage collector may leave others behind. Tokens
 * are sent as they are, so they are strings.
 */
public sealed interface Credentials permits AccessKey, Token {
  /**
   * A permanent access key.
   *
   * @param accessKeyId the id (AK): printable ASCII without blanks, not empty
   * @param secretAccessKey the secret (SK): no blanks and no invisible characters, not empty
   * @throws IllegalArgumentException if one is refused; the message names the parameter and does
   *     not contain its value
   */
  static Credentials accessKey(String accessKeyId, String secretAccessKey) {
    return new AccessKey(accessKeyId, secretAccessKey, null);
  }

  /**
   * A permanent access key with a secret that the caller wants to erase; see {@link
   * #accessKey(String, String)}.
   *
   * @param secretAccessKey is copied
   */
  static Credentials accessKey(String accessKeyId, char[] secretAccessKey) {
    return new AccessKey(accessKeyId, HeaderText.view(secretAccessKey), null);
  }

  /**
   * A temporary access key with its security token, which is sent in {@code X-Security-Token} and
   * signed.
   *
   * @param accessKeyId as for {@link #accessKey(String, String)}
   * @param secretAccessKey as for {@link #accessKey(String, String)}
   * @param securityToken printable ASCII without blanks, not empty
   * @throws IllegalArgumentException if one is refused; the message names the parameter and does
   *     not contain its value
   */
  static Credentials temporaryAccessKey(
      String accessKeyId, String secretAccessKey, String securityToken) {
    HeaderText.requireKey("securityToken", securityToken);
    return new AccessKey(accessKeyId, secretAccessKey, securityToken);
  }

  /**
   * A temporary access key with a secret that the caller wants to erase; see {@link
   * #temporaryAccessKey(String, String, String)}.
   *
   * @param secretAccessKey is copied
   */
  static Credentials temporaryAccessKey(
      String accessKeyId, char[] secretAccessKey, String securityToken) {
    HeaderText.requireKey("securityToken", securityToken);
    return new AccessKey(accessKeyId, HeaderText.view(secretAccessKey), securityToken);
  }

  /**
   * An IAM token, which is sent in {@code X-Auth-Token}; requests are not signed. Its scope must be
   * the project whose jobs are polled.
   *
   * @param token printable ASCII without blanks, not empty
   * @throws IllegalArgumentException if it is refused; the message does not contain it
   */
  static Credentials token(String token) {
    return new Token(token);
  }
}
