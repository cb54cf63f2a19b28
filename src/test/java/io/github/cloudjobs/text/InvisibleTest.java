package io.github.cloudjobs.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvisibleTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "AK-1_.~+/=", "ключ", "秘密", "🚀", "e\u0301"})
  void textThatCanBeSeenNeedsNoNote(String text) {
    assertThat(Invisible.indexIn(text)).isNegative();
    assertThat(Invisible.note(text)).isEmpty();
  }

  @Test
  void theFirstCharacterThatCannotBeSeenIsNamed() {
    assertThat(Invisible.note("🚀\u00a0\u200b"))
        .isEqualTo("; it holds U+00A0 (no-break space) at index 2");
    assertThat(Invisible.note("a\ud83d"))
        .isEqualTo("; it holds U+D83D (half of a surrogate pair) at index 1");
    assertThat(Invisible.note("\u0378")).isEqualTo("; it holds U+0378 (unassigned) at index 0");
    assertThat(Invisible.note("\u2800"))
        .isEqualTo("; it holds U+2800 (braille pattern blank) at index 0");
  }
}
