package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText.UnusableTextException;
import org.jspecify.annotations.Nullable;

/**
 * A part of credentials and where it was found. Error messages contain the name, never the value.
 *
 * @param name such as an environment variable or a line of a file
 */
record NamedValue(String name, String value) {
  /**
   * Returns a token.
   *
   * @throws UnusableTextException if the value is not a token
   */
  static Credentials token(NamedValue token) {
    try {
      return Credentials.token(token.value);
    } catch (UnusableTextException unusable) {
      throw new UnusableTextException(token.name, unusable.problem());
    }
  }

  /**
   * Returns an access key; a temporary one if there is a security token.
   *
   * @throws UnusableTextException if one of the values cannot be used
   */
  static Credentials accessKey(
      NamedValue id, NamedValue secret, @Nullable NamedValue securityToken) {
    try {
      return securityToken == null
          ? Credentials.accessKey(id.value, secret.value)
          : Credentials.temporaryAccessKey(id.value, secret.value, securityToken.value);
    } catch (UnusableTextException unusable) {
      NamedValue wrong =
          switch (unusable.parameter()) {
            case "accessKeyId" -> id;
            case "securityToken" -> securityToken == null ? secret : securityToken;
            default -> secret;
          };
      throw new UnusableTextException(wrong.name, unusable.problem());
    }
  }

  /** Without the value. */
  @Override
  public String toString() {
    return name;
  }
}
