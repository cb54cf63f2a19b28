package io.github.cloudjobs.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
  @ParameterizedTest
  @CsvSource(
      value = {
        "''|''",
        "größer 任务 😀|größer 任务 😀",
        "' a\t\r\n b '|a b",
        "'\u00a0a\u2028b\u3000'|a b",
        "'a\u0000b\u001b[31mc\u007fd\u0085e'|a?b?[31mc?d?e",
        "'a\u202eb\u200bc\ufeffd'|a?b?c?d",
        "'a\ufffeb'|a?b"
      },
      delimiter = '|')
  void aTextIsMadePrintableOnOneLine(String text, String printed) {
    assertThat(SafeText.printable(text, 100)).isEqualTo(printed);
    assertThat(SafeText.excerpt(text)).isEqualTo(printed);
    assertThat(SafeText.excerpt(text.getBytes(UTF_8))).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdef, 5, abcde…",
    "'abcde   ', 5, abcde",
    "'abc ef', 5, abc e…",
    "abc😀, 5, abc😀",
    "'', 0, ''"
  })
  void aCutTextEndsInAnEllipsis(String text, int limit, String printed) {
    assertThat(SafeText.printable(text, limit)).isEqualTo(printed);
  }

  @Test
  void brokenCharactersAreReplaced() {
    assertThat(SafeText.printable("a\ud83d", 9)).isEqualTo("a?");
    assertThat(SafeText.printable("\ude00b", 9)).isEqualTo("?b");
    assertThat(SafeText.excerpt(new byte[] {'a', (byte) 0xC3, 'b'})).isEqualTo("a\ufffdb");
  }

  @Test
  void anExcerptIsTheFirstTwoHundredCharacters() {
    String wide = "任".repeat(300);
    assertThat(SafeText.excerpt(wide)).isEqualTo("任".repeat(200) + "…");
    assertThat(SafeText.excerpt(wide.getBytes(UTF_8))).isEqualTo("任".repeat(200) + "…");
    String exact = "😀".repeat(100);
    assertThat(SafeText.excerpt(exact.getBytes(UTF_8))).isEqualTo(exact);
    assertThat(SafeText.excerpt((exact + "x").getBytes(UTF_8))).isEqualTo(exact + "…");
  }

  @ParameterizedTest
  @CsvSource({
    "'🚀\u00a0\u200b', U+00A0 (no-break space) at index 2",
    "'a\ud83d', U+D83D (half of a surrogate pair) at index 1",
    "'\u0378', U+0378 (unassigned) at index 0",
    "'\ufeff', U+FEFF (byte order mark) at index 0",
    "'a\u3164', U+3164 (hangul filler) at index 1",
    "'a\ufe0f', U+FE0F (variation selector-16) at index 1",
    "'a\udb40\udd01', U+E0101 (variation selector-18) at index 1"
  })
  void theFirstInvisibleCharacterIsNamed(String text, String named) {
    assertThat(SafeText.invisibleNote(text)).isEqualTo("; it holds " + named);
    assertThat(SafeText.invisibleNote("ключ-1🚀e\u0301")).isEmpty();
  }
}
