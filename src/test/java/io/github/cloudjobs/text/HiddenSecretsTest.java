package io.github.cloudjobs.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ProtocolException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenSecretsTest {
  private static final String TOKEN = "MIIFtoken/of+the=tests";

  private static Secrets header(String name, String value) {
    return Secrets.inHeaders(List.of(Map.entry(name, value)));
  }

  @ParameterizedTest
  @CsvSource({
    "a b/c\"d&e, no a+b%2Fc%22d%26e here",
    "a b/c\"d&e, no a%20b%2fc%22d%26e here",
    "a b/c\"d&e, no a b\\/c\\\"d&e here",
    "a b/c\"d&e, no a b&#47;c&quot;d&amp;e here",
    "a b/c\"d&e, no a\\u0020b\\u002fc\\u0022d\\u0026e here",
    "ключи!!!, no %D0%BA%D0%BB%D1%8E%D1%87%D0%B8!!! here",
    "words🔑🔑🔑, no words\\ud83d\\udd11%f0%9f%94%91&#128273; here",
    "pass\\é-word, no pass\\\\\\u00e9-word here",
    "pass\\🔑-word, no pass\\\\\\ud83d\\udd11-word here",
    "pass\\<word1, no pass\\u005c\\u003cword1 here",
    "\\password, no \\u005cpassword here",
    "pass\\word1, no pass&#x5c;word1 here"
  })
  void aPasswordIsHiddenInEveryEscapedForm(String password, String text) {
    assertThat(Secrets.password(password.toCharArray()).hide(text)).isEqualTo("no … here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "\\u005c", "%5C", "&#92;"})
  @Timeout(2)
  void aTextOfManyBackslashesIsNoPasswordThatBeginsWithOne(String backslash) {
    String many = backslash.repeat(1 << 16);
    Secrets secrets = Secrets.password("\\password".toCharArray());
    assertThat(secrets.hide(many)).isEqualTo(many);
    assertThat(secrets.hide(many + "password")).isEqualTo("…");
    assertThat(header("X-Auth-Token", "\\".repeat(8)).hide(many)).startsWith("…");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Password-1234", "passwordpassword", "The username or", "wrong", ""})
  void onlyAWholePasswordIsHidden(String password) {
    String text = "The username or password is wrong";
    String shown = password.equals("The username or") ? "… password is wrong" : text;
    assertThat(Secrets.password(password.toCharArray()).hide(text)).isEqualTo(shown);
  }

  @Test
  void charactersOfRegularExpressionsInAPasswordAreLiteral() {
    Secrets secrets = Secrets.password("\\E.*(?+[x".toCharArray());
    assertThat(secrets.hide("no \\E.*(?+[x here")).isEqualTo("no … here");
    assertThat(secrets.hide("no such thing here")).isEqualTo("no such thing here");
  }

  @Test
  void aTokenIsFoundByItsBeginning() {
    Secrets secrets = header("X-Auth-Token", TOKEN);
    assertThat(secrets.hide("a " + TOKEN + " b")).isEqualTo("a … b");
    assertThat(secrets.hide("a " + TOKEN.substring(0, 16) + ", b")).isEqualTo("a …, b");
    assertThat(secrets.hide("a " + TOKEN.toLowerCase(Locale.ROOT))).isEqualTo("a …");
    assertThat(secrets.hide("MIIFtoken")).isEqualTo("MIIFtoken");
    Secrets cookie = header("Cookie", "a=\"x/0123456789abcdef\"; b=\"y/0123456789\"; c=hush");
    assertThat(cookie.hide("\"a=\\\"x/0123456789abcdef\\\"; b=\\\"y/0123456789\\\"; c=hush\""))
        .isEqualTo("\"…\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Proxy-Authorization",
        "Cookie",
        "X-Security-Token",
        "X-ApiKey",
        "apikey",
        "X-AUTH-KEY",
        "X-Session-Id",
        "X-OAuth",
        "X-Client-Secret"
      })
  void theValueOfAHeaderWithASecretsNameIsHidden(String name) {
    assertThat(header(name, "hush-value").hide("a hush-value")).isEqualTo("a …");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Monkey", "X-Author", "X-Keyboard", "X-Turkey-Region", "X-Trace-Id"})
  void aNameWithSuchAWordInsideAnotherWordIsNotSecret(String name) {
    assertThat(header(name, "image-service").hide("image-service")).isEqualTo("image-service");
  }

  @Test
  void aShortValueIsNotHidden() {
    assertThat(header("X-Auth-Enabled", "true").hide("it is true")).isEqualTo("it is true");
    assertThat(header("X-Api-Key", "1234567").hide("1234567")).isEqualTo("1234567");
    assertThat(header("X-Api-Key", "12345678").hide("12345678")).isEqualTo("…");
  }

  @Test
  void theSchemeBeforeAValueIsNoPartOfTheSecret() {
    Secrets secrets = header("X-Session", "Bearer hush-9876543210");
    assertThat(secrets.hide("Bearer hush-9876543210 b")).isEqualTo("… b");
    assertThat(secrets.hide("a hush-9876543210 b")).isEqualTo("a … b");
  }

  @Test
  void aSecretThatContainsAnotherIsHiddenAsAWhole() {
    Secrets secrets =
        Secrets.inHeaders(
            List.of(
                Map.entry("X-Api-Key", "hush-hush-hush"),
                Map.entry("X-Auth-Token", "more-and-hush-hush-hush-and-more")));
    assertThat(secrets.hide("a more-and-hush-hush-hush-and-more b")).isEqualTo("a … b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "\\", ","})
  @Timeout(20)
  void aLongRepetitiveSecretTakesLinearTime(String character) {
    String token = character.repeat(200_000);
    Secrets secrets = header("X-Auth-Token", token);
    assertThat(secrets.hide("a token: " + token + "\" b")).isEqualTo("a token: …\" b");
    String nearly = (character.repeat(15) + "-").repeat(4_000);
    assertThat(secrets.hide(nearly)).startsWith(character.equals("\\") ? "…" : nearly);
  }

  @Test
  void textsWithoutSecretsAreReturnedUnchanged() {
    Secrets secrets = header("X-Auth-Token", TOKEN);
    ProtocolException clean = new ProtocolException("no HTTP");
    assertThat(secrets.hide(clean)).isSameAs(clean);
    assertThat(secrets.hide(new ProtocolException("no " + TOKEN)))
        .isExactlyInstanceOf(ProtocolException.class)
        .hasMessage("no …");
    byte[] text = {'t', 'e', 'x', 't'};
    assertThat(secrets.hide(text)).isSameAs(text);
    assertThat(secrets.hide((String) null)).isNull();
  }
}
