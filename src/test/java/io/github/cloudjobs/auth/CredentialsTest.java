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
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  }

  @Test
  void toStringShowsNothingOfAShortId() {
    assertThat(Credentials.accessKey("QTWA-SHORT", SECRET)).hasToString("AccessKey[…]");
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void isNotSerializable(Credentials credentials) {
    assertThat(credentials).isNotInstanceOf(Serializable.class);
  }

  @Test
  void noPublicMethodReturnsASecret() {
    assertThat(Credentials.class.getMethods())
        .extracting("name")
        .containsOnly("accessKey", "temporaryAccessKey", "token");
    assertThat(AccessKey.class).isPackagePrivate();
    assertThat(Token.class).isPackagePrivate();
  }

  @Test
  void credentialsWithEqualValuesAreEqual() {
    assertThat(everyKind().toList()).isEqualTo(everyKind().toList()).doesNotHaveDuplicates();
    assertThat(everyKind().map(Object::hashCode).toList())
        .isEqualTo(everyKind().map(Object::hashCode).toList());
    Credentials key = Credentials.accessKey(ID, SECRET);
    assertThat(
            List.of(
                Credentials.accessKey(ID, SECRET + "x"),
                Credentials.accessKey(ID + "x", SECRET),
                Credentials.temporaryAccessKey(ID, SECRET, TOKEN),
                Credentials.token(ID)))
        .doesNotContain(key);
    assertThat(Credentials.temporaryAccessKey(ID, SECRET, TOKEN))
        .isNotEqualTo(Credentials.temporaryAccessKey(ID, SECRET, TOKEN + "x"));
    assertThat(Credentials.token(TOKEN)).isNotEqualTo(Credentials.token(TOKEN + "x"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "   ",
        "hushhush\n",
        "hush\rhush",
        "hush\0",
        "hush\thush",
        "hush\u0085",
        "hush\u007f"
      })
  void blankTextAndControlCharactersAreRefused(String value) {
    assertRefused("accessKeyId", () -> Credentials.accessKey(value, SECRET));
    assertRefused("secretAccessKey", () -> Credentials.accessKey(ID, value));
    assertRefused("accessKeyId", () -> Credentials.temporaryAccessKey(value, SECRET, TOKEN));
    assertRefused("secretAccessKey", () -> Credentials.temporaryAccessKey(ID, value, TOKEN));
    assertRefused("securityToken", () -> Credentials.temporaryAccessKey(ID, SECRET, value));
    assertRefused("token", () -> Credentials.token(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ключ-hush", "hush\u2028hush", "hush🚀"})
  void textThatNoHeaderCanCarryIsRefused(String value) {
    assertRefused("accessKeyId", () -> Credentials.accessKey(value, SECRET));
    assertRefused("securityToken", () -> Credentials.temporaryAccessKey(ID, SECRET, value));
    assertRefused("token", () -> Credentials.token(value));
  }

  @ParameterizedTest
  @CsvSource({
    "'hush hush', U+0020 (space) at index 4",
    "' hush', U+0020 (space) at index 0",
    "'hush\u00a0', U+00A0 (no-break space) at index 4",
    "'\u200bhush', U+200B (zero width space) at index 0",
    "'\ufeffhush', U+FEFF (byte order mark) at index 0",
    "'hush\u00ad', U+00AD (soft hyphen) at index 4",
    "'hush\u202e', U+202E (right-to-left override) at index 4",
    "'hush\u3164', U+3164 (hangul filler) at index 4",
    "'hush\ufe0f', U+FE0F (variation selector-16) at index 4",
    "'hush\udb40\udc41', U+E0041 (tag latin capital letter a) at index 4"
  })
  void theMessageNamesAnInvisibleCharacter(String value, String character) {
    String holds = " holds " + character;
    assertRefused("accessKeyId" + holds, () -> Credentials.accessKey(value, SECRET));
    assertRefused("secretAccessKey" + holds, () -> Credentials.accessKey(ID, value));
    assertRefused("secretAccessKey" + holds, () -> Credentials.accessKey(ID, value.toCharArray()));
    assertRefused("accessKeyId" + holds, () -> temporary(value, SECRET, TOKEN));
    assertRefused("secretAccessKey" + holds, () -> temporary(ID, value, TOKEN));
    assertRefused("securityToken" + holds, () -> temporary(ID, SECRET, value));
    assertRefused("token" + holds, () -> Credentials.token(value));
  }

  private static Credentials temporary(String id, String secret, String securityToken) {
    return Credentials.temporaryAccessKey(id, secret, securityToken);
  }

  @Test
  void aSecretMayHaveAnyVisibleCharacters() {
    assertThat(Credentials.accessKey(ID, "秘密-ключ🚀")).isNotNull();
    for (String secret : List.of("hush\u2028hush", "hush\u2029", "hush\ud83d")) {
      assertRefused("secretAccessKey", () -> Credentials.accessKey(ID, secret));
    }
  }

  @Test
  void anArrayWithASecretIsCopied() {
    char[] secret = SECRET.toCharArray();
    Credentials key = Credentials.accessKey(ID, secret);
    Credentials temporary = Credentials.temporaryAccessKey(ID, secret, TOKEN);
    assertThat(secret).isEqualTo(SECRET.toCharArray());
    Arrays.fill(secret, '*');
    assertThat(key).isEqualTo(Credentials.accessKey(ID, SECRET));
    assertThat(temporary).isEqualTo(Credentials.temporaryAccessKey(ID, SECRET, TOKEN));
  }

  @Test
  void anArrayIsCheckedLikeAString() {
    assertThat(Credentials.accessKey(ID, "秘密-ключ🚀".toCharArray()))
        .isEqualTo(Credentials.accessKey(ID, "秘密-ключ🚀"));
    for (char[] secret : new char[][] {null, {}, {' '}, "hush\n".toCharArray(), {'h', '\ud83d'}}) {
      assertRefused("secretAccessKey", () -> Credentials.accessKey(ID, secret));
      assertRefused("secretAccessKey", () -> Credentials.temporaryAccessKey(ID, secret, TOKEN));
    }
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
