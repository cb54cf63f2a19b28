package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;

/** An IAM token. */
record Token(String value) implements Credentials {
  Token {
    HeaderText.requireKey("token", value);
  }

  /** Not the record's own, which loads fifty classes before the first poll. */
  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "Token[…]";
  }
}
