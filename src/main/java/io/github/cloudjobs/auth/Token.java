package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;

/** An IAM token. */
record Token(String value) implements Credentials {
  Token {
    HeaderText.requireKey("token", value);
  }

  @Override
  public String toString() {
    return "Token[…]";
  }
}
