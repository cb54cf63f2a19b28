package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText.UnusableTextException;
import org.jspecify.annotations.Nullable;

/**
 * A part of credentials as somebody wrote it down, and where: what is wrong with it is told by that
 * place, and never by its value. Pure.
 *
 * @param where a variable's name, say, or a line
 */
record Given(String where, String value) {
  /**
   * @throws UnusableTextException if it cannot be one
   */
  static Credentials token(Given token) {
    try {
      return Credentials.token(token.value);
    } catch (UnusableTextException unusable) {
      throw new UnusableTextException(token.where, unusable.problem());
    }
  }

  /**
   * @param securityToken null for a permanent key
   * @throws UnusableTextException if it cannot be one
   */
  static Credentials accessKey(Given id, Given secret, @Nullable Given securityToken) {
    try {
      return securityToken == null
          ? Credentials.accessKey(id.value, secret.value)
          : Credentials.temporaryAccessKey(id.value, secret.value, securityToken.value);
    } catch (UnusableTextException unusable) {
      Given meant =
          switch (unusable.parameter()) {
            case "accessKeyId" -> id;
            case "securityToken" -> securityToken == null ? secret : securityToken;
            default -> secret;
          };
      throw new UnusableTextException(meant.where, unusable.problem());
    }
  }

  /** Never the value. */
  @Override
  public String toString() {
    return where;
  }
}
