package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoTest {
  @ParameterizedTest
  @CsvSource({
    "a b/c\"d, no a b/c\"d here",
    "a b/c\"d, no A B/C\"D here",
    "a b/c\"d, no a+b%2Fc%22d here",
    "a b/c\"d, no a%20b%2fc%22d here",
    "a b/c\"d, no a b\\/c\\\"d here",
    "a b/c\"d, no a b&#47;c&quot;d here",
    "a b/c\"d, no a\\u0020b\\u002fc\\u0022d here",
    "ключи!, no %D0%BA%D0%BB%D1%8E%D1%87%D0%B8! here",
    "secret-and-more, cut: secret",
    "abc, xabcx"
  })
  void aTextThatRepeatsTheBeginningOfASecretIsLeftOut(String secret, String text) {
    assertThat(Echo.without(secret.toCharArray(), text)).isEqualTo("…");
  }

  @ParameterizedTest
  @CsvSource({"secret, the password is wrong", "secret, secre", "'a.c\\Qd', abcQd", "abc,"})
  void anyOtherTextStaysAsItIs(String secret, String text) {
    assertThat(Echo.without(secret.toCharArray(), text)).isEqualTo(text);
  }

  @Test
  void whatEveryPatternWouldTakeForItsOwnIsTakenAsItIs() {
    char[] secret = "\\E.*(?".toCharArray();
    assertThat(Echo.without(secret, "no \\E.*(? here")).isEqualTo("…");
    assertThat(Echo.without(secret, "no such thing here")).isEqualTo("no such thing here");
  }
}
