package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CredentialsTest {
  private static final String ID = "QTWAEXAMPLEAK0000001";
  private static final String SECRET = "MFyfExampleSecret+/=";
  private static final String TOKEN = "gQpjExampleToken+/=";

  static Stream<Credentials> everyKind() {
    return Stream.of(
        Credentials.accessKey(ID, SECRET),
        Credentials.temporaryAccessKey(ID, SECRET, TOKEN),
        Credentials.token(TOKEN));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void toStringShowsAtMostFourCharactersOfAnId(Credentials credentials) {
    assertThat(credentials.toString())
        .doesNotContain(SECRET, TOKEN, ID, SECRET.substring(0, 4), TOKEN.substring(0, 4))
        .isIn("AccessKey[QTWA…]", "TemporaryAccessKey[QTWA…]", "Token[…]");
    assertThat(Credentials.accessKey("QTWA-SHORT", SECRET)).hasToString("AccessKey[…]");
  }

  @Test
  void noPublicMethodReturnsASecret() {
    assertThat(Credentials.class.getMethods())
        .extracting("name")
        .containsOnly("accessKey", "temporaryAccessKey", "token");
    assertThat(everyKind()).noneMatch(Serializable.class::isInstance);
  }

  @Test
  void credentialsWithEqualValuesAreEqual() {
    List<Credentials> different =
        List.of(
            Credentials.accessKey(ID, SECRET),
            Credentials.accessKey(ID, SECRET + "x"),
            Credentials.accessKey(ID + "x", SECRET),
            Credentials.temporaryAccessKey(ID, SECRET, TOKEN),
            Credentials.temporaryAccessKey(ID, SECRET, TOKEN + "x"),
            Credentials.token(TOKEN),
            Credentials.token(ID));
    assertThat(different).doesNotHaveDuplicates().containsAll(everyKind().toList());
    assertThat(everyKind().toList()).hasSameHashCodeAs(everyKind().toList());
  }

  @ParameterizedTest
  @CsvSource({
    ",",
    "'',",
    "'hush\r\n', U+000D (carriage return) at index 4",
    "'hush\thush', U+0009 (character tabulation) at index 4",
    "'hush\u2028', U+2028 (line separator) at index 4",
    "'hush\u00a0', U+00A0 (no-break space) at index 4",
    "'\u200bhush', U+200B (zero width space) at index 0",
    "'hush\u202e', U+202E (right-to-left override) at index 4",
    "'hush\u3164', U+3164 (hangul filler) at index 4",
    "'hush\ufe0f', U+FE0F (variation selector-16) at index 4",
    "'hush\ud83d', U+D83D (half of a surrogate pair) at index 4",
    "'hush\udb40\udc41', U+E0041 (tag latin capital letter a) at index 4"
  })
  void blankTextIsRefusedAndAnInvisibleCharacterNamed(String value, String character) {
    String problem = character == null ? " " : " holds " + character;
    char[] chars = value == null ? null : value.toCharArray();
    assertRefused("accessKeyId" + problem, () -> Credentials.accessKey(value, SECRET));
    assertRefused("secretAccessKey" + problem, () -> Credentials.accessKey(ID, value));
    assertRefused(
        "secretAccessKey" + problem, () -> Credentials.temporaryAccessKey(ID, chars, TOKEN));
    assertRefused(
        "securityToken" + problem, () -> Credentials.temporaryAccessKey(ID, SECRET, value));
    assertRefused("token" + problem, () -> Credentials.token(value));
  }

  @Test
  void onlyASecretMayHaveCharactersThatNoHeaderCanCarry() {
    String value = "秘密-ключ🚀";
    assertThat(Credentials.accessKey(ID, value))
        .isEqualTo(Credentials.accessKey(ID, value.toCharArray()));
    assertRefused("accessKeyId", () -> Credentials.accessKey(value, SECRET));
    assertRefused("securityToken", () -> Credentials.temporaryAccessKey(ID, SECRET, value));
    assertRefused("token", () -> Credentials.token(value));
  }

  @Test
  void anArrayWithASecretIsCopied() {
    char[] secret = SECRET.toCharArray();
    Credentials key = Credentials.accessKey(ID, secret);
    Credentials temporary = Credentials.temporaryAccessKey(ID, secret, TOKEN);
    assertThat(secret).isEqualTo(SECRET.toCharArray());
    Arrays.fill(secret, '*');
    assertThat(everyKind()).contains(key, temporary);
  }

  @Test
  void aProviderOfFixedCredentialsReturnsThem() {
    Credentials key = Credentials.accessKey(ID, SECRET);
    assertThat(CredentialsProvider.of(key).get()).isSameAs(key);
    assertThatNullPointerException().isThrownBy(() -> CredentialsProvider.of(null));
  }

  private static void assertRefused(String parameter, Runnable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call::run)
        .withMessageStartingWith(parameter)
        .withMessageNotContaining("hush")
        .withNoCause();
  }
}
