package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;
import org.jspecify.annotations.Nullable;

/** An IAM token. */
final class Token implements Credentials {
  private final String value;

  Token(String value) {
    this.value = HeaderText.requireKey("token", value);
  }

  String value() {
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Token that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "Token[…]";
  }
}
