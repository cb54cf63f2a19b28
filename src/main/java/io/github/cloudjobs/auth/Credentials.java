package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;

/**
 * What a caller proves itself with: an access key, a temporary access key, or an IAM token.
 *
 * <p>Immutable and thread-safe. Two are equal if they hold the same values. {@code toString} shows
 * the kind and at most four characters of an access key's id; the secrets never leave this package
 * except as signatures and header lines, and no exception repeats one. Not serializable.
 *
 * <p>Nothing is trimmed: a blank, a line end or an invisible character in a key or a token, as
 * copying and pasting may add it, is refused. The message has its number and place.
 *
 * <p><strong>Wiping.</strong> The forms that take a {@code char[]} copy it, make no {@code String}
 * of it, and leave it to the caller, who may overwrite it as soon as they return. That shortens how
 * long a secret lies about twice; it is not a promise that it is gone: the copy that signs stays in
 * memory as long as the credentials do, a garbage collector that moves objects leaves old copies
 * behind, and a heap dump shows what is left. Tokens go into header lines as they are, so they are
 * strings from the start.
 */
public sealed interface Credentials permits AccessKey, Token {
  /**
   * A permanent access key.
   *
   * @param accessKeyId the public half (AK): printable ASCII without blanks, not empty
   * @param secretAccessKey the secret half (SK): no blanks and no invisible characters, not empty
   * @throws IllegalArgumentException if one is null or not as said; the text names the parameter,
   *     never its value
   */
  static Credentials accessKey(String accessKeyId, String secretAccessKey) {
    return new AccessKey(accessKeyId, secretAccessKey, null);
  }

  /**
   * Like {@link #accessKey(String, String)}, for a secret that the caller wants to overwrite.
   *
   * @param secretAccessKey is copied and left as it is; UTF-16, without halves of characters
   * @throws IllegalArgumentException if one is null or not as said; the text names the parameter,
   *     never its value
   */
  static Credentials accessKey(String accessKeyId, char[] secretAccessKey) {
    return new AccessKey(accessKeyId, HeaderText.view(secretAccessKey), null);
  }

  /**
   * A temporary access key, which is only good together with its security token. The token is sent
   * in {@code X-Security-Token} and signed along.
   *
   * @param accessKeyId as for {@link #accessKey(String, String)}
   * @param secretAccessKey as for {@link #accessKey(String, String)}
   * @param securityToken printable ASCII without blanks, not empty
   * @throws IllegalArgumentException if one is null or not as said; the text names the parameter,
   *     never its value
   */
  static Credentials temporaryAccessKey(
      String accessKeyId, String secretAccessKey, String securityToken) {
    HeaderText.requireKey("securityToken", securityToken);
    return new AccessKey(accessKeyId, secretAccessKey, securityToken);
  }

  /**
   * Like {@link #temporaryAccessKey(String, String, String)}, for a secret that the caller wants to
   * overwrite.
   *
   * @param secretAccessKey is copied and left as it is
   * @throws IllegalArgumentException if one is null or not as said; the text names the parameter,
   *     never its value
   */
  static Credentials temporaryAccessKey(
      String accessKeyId, char[] secretAccessKey, String securityToken) {
    HeaderText.requireKey("securityToken", securityToken);
    return new AccessKey(accessKeyId, HeaderText.view(secretAccessKey), securityToken);
  }

  /**
   * An IAM token, sent in {@code X-Auth-Token}; nothing is signed. It has to be scoped to the
   * project that is asked about.
   *
   * @param token printable ASCII without blanks, not empty
   * @throws IllegalArgumentException if it is null or not as said; the text never repeats it
   */
  static Credentials token(String token) {
    return new Token(token);
  }
}
