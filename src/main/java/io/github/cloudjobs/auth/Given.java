package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;
import org.jspecify.annotations.Nullable;

/**
 * A part of credentials as somebody wrote it down, and where: what is wrong with it is told by that
 * place, and never by its value. Pure.
 *
 * @param where a variable's name, say, or a line
 */
record Given(String where, String value) {
  /**
   * @throws IllegalArgumentException if it cannot be one
   */
  static Credentials token(Given token) {
    try {
      return Credentials.token(token.value);
    } catch (IllegalArgumentException unusable) {
      throw told(unusable, token);
    }
  }

  /**
   * @param securityToken null for a permanent key
   * @throws IllegalArgumentException if it cannot be one
   */
  static Credentials accessKey(Given id, Given secret, @Nullable Given securityToken) {
    try {
      return securityToken == null
          ? Credentials.accessKey(id.value, secret.value)
          : Credentials.temporaryAccessKey(id.value, secret.value, securityToken.value);
    } catch (IllegalArgumentException unusable) {
      String parameter = parameter(unusable);
      Given meant =
          parameter.equals("accessKeyId")
              ? id
              : parameter.equals("secretAccessKey") || securityToken == null
                  ? secret
                  : securityToken;
      throw told(unusable, meant);
    }
  }

  /** The texts of {@link HeaderText} begin with the name of a parameter. */
  private static String parameter(IllegalArgumentException unusable) {
    String text = String.valueOf(unusable.getMessage());
    return text.substring(0, Math.max(0, text.indexOf(' ')));
  }

  private static IllegalArgumentException told(IllegalArgumentException unusable, Given meant) {
    String text = String.valueOf(unusable.getMessage());
    return new IllegalArgumentException(meant.where + text.substring(parameter(unusable).length()));
  }

  /** Never the value. */
  @Override
  public String toString() {
    return where;
  }
}
