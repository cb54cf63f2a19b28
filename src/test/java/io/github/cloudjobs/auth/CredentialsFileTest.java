package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsFileTest {
  private static final Credentials KEY = Credentials.accessKey("AKID", "s+k/=");
  private static final Credentials TEMPORARY =
      Credentials.temporaryAccessKey("AKID", "s+k/=", "t#o;k=en");

  @Test
  void readsAFileOfTheSdk() {
    assertThat(
            FileCredentials.parse(
                """
                [basic]
                ak = AKID
                sk=s+k/=
                security_token =t#o;k=en
                project_id = p
                iam_endpoint = https://iam.invalid
                [global]
                ak = OTHER
                sk = other
                domain_id = d
                """))
        .isEqualTo(TEMPORARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[basic]\r\nak = AKID\r\nsk = s+k/=\r\n",
        "[basic]\rak = AKID\rsk = s+k/=",
        "\uFEFF[basic]\nak = AKID\nsk = s+k/=",
        "\uFEFF\n\n  [ Basic ]  \n\t ak   =    AKID \t\n  SK=s+k/=   ",
        "# keys\n; of mine\n[basic] # here\n#ak = OTHER\nak = AKID # mine\nsk = s+k/= ;\tmine",
        "[basic]\nak = \"AKID\"\nsk = 's+k/='",
        "[basic]\nak = \"AKID\" # quoted\nsk = 's+k/=' ; too",
        "[basic]\nak = OLD\nsk = old\nak = AKID\nsk = s+k/=",
        "[basic]\nak = AKID\n[global]\nsk = other\n[basic]\nsk = s+k/=",
        "ak = STRAY\n[other]\nak = OTHER\n[basic]\nak = AKID\nsk = s+k/=\nsecurity_token =",
        "[basic]\nthis is no line\n= nor this\nak = AKID\nsk = s+k/=\n[",
        "[basic]\nak = AKID\nsk = s+k/=\nsecurity_token = # none"
      })
  void readsMoreLenientlyThanTheSdk(String text) {
    assertThat(FileCredentials.parse(text)).isEqualTo(KEY);
  }

  @Test
  void unmatchedQuotesBelongToTheValue() {
    for (String secret : new String[] {"'quoted'too", "\"open", "'a'#b"}) {
      assertThat(FileCredentials.parse("[basic]\nak = AKID\nsk = " + secret + "\n"))
          .as(secret)
          .isEqualTo(Credentials.accessKey("AKID", secret));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"security_token", "securityToken", "security-token", "SECURITY_TOKEN"})
  void acceptsSpellingsOfAName(String name) {
    assertThat(FileCredentials.parse("[basic]\nak=AKID\nsk=s+k/=\n" + name + "=t#o;k=en"))
        .isEqualTo(TEMPORARY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                     | there is no section [basic]",
        "ak = A\\nsk = hush                     | there is no section [basic]",
        "[global]\\nak = A\\nsk = hush          | there is no section [basic]",
        "[basic                                 | there is no section [basic]",
        "[basic]                                | there is no ak in section [basic]",
        "[basic]\\nak = A                       | there is no sk in section [basic]",
        "[basic]\\nak: A\\nsk = hush            "
            + "| there is no ak in section [basic], and line 2 is not understood",
        "[basic]\\nak =\\nsk = hush             | line 2: ak is blank",
        "[basic]\\nak = A\\n\\nsk = # hush      | line 4: sk is blank",
        "[basic]\\nak = A\\nsk = ''           | line 3: sk is blank",
        "[basic]\\nak = A\\nsk = hush hush      | line 3: sk holds U+0020 (space) at index 4",
        "[basic]\\nak = A\\nsk = 'hush hush'    | line 3: sk holds U+0020 (space) at index 4",
        "[basic]\\nak = hush-ключ\\nsk = hush   "
            + "| line 2: ak holds a character no header can carry at index 5",
        "[basic]\\nak = A\\nsk = hush\\nsecurity_token = hu\u0001sh "
            + "| line 4: security_token holds U+0001 (start of heading) at index 2",
        "[basic]\\nak = A\\nsk = hush\u200b "
            + "| line 3: sk holds U+200B (zero width space) at index 4",
        "[basic]\\nidp_id = hush\\nid_token_file = x "
            + "| line 2: idp_id needs a federated login, which is not supported"
      })
  void theMessageNamesTheLineAndNotTheValue(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileCredentials.parse(text.replace("\\n", "\n")))
        .withMessage(problem)
        .withNoCause();
  }

  @Test
  void readsKeysBetweenRandomBlanksCommentsAndSections() {
    Random random = new Random(20261126);
    List<String> noise =
        List.of("", "  ", "# ak = NO", "; sk = no", "[global]\nak = NO\nsk = no\n[basic]", "x = y");
    String alphabet = "ABCxyz0189+/=-_.~!$%&()*,:<>?@^`{|}\\#;'\"";
    for (int round = 0; round < 2_000; round++) {
      String id = word(random, alphabet);
      String secret = word(random, alphabet);
      String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
      text.append("[basic]").append(end);
      for (String[] line : new String[][] {{"ak", id}, {"sk", secret}}) {
        for (int i = random.nextInt(3); i > 0; i--) {
          text.append(noise.get(random.nextInt(noise.size())).replace("\n", end)).append(end);
        }
        text.append(blanks(random) + line[0] + blanks(random) + "=" + blanks(random) + line[1])
            .append(blanks(random))
            .append(random.nextBoolean() ? "" : " # a comment")
            .append(end);
      }
      assertThat(FileCredentials.parse(text.toString()))
          .as(text.toString())
          .isEqualTo(Credentials.accessKey(id, secret));
    }
  }

  /** Does not begin with a quote or a comment. */
  private static String word(Random random, String alphabet) {
    StringBuilder word = new StringBuilder("K");
    for (int i = random.nextInt(40); i > 0; i--) {
      word.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return word.toString();
  }

  private static String blanks(Random random) {
    return " \t".repeat(random.nextInt(3));
  }

  @Test
  void randomTextIsReadOrRefusedWithAMessage() {
    Random random = new Random(42);
    String alphabet = "[]basickASK =\"'#;\n\r\t\uFEFF\0\ud83dé_-";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "[basic]\nak=A\nsk=" : "");
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(FileCredentials.parse(text.toString())).isNotNull();
      } catch (IllegalArgumentException refused) {
        assertThat(refused.getMessage()).matches("(line \\d+: |there is no ).*");
      }
    }
  }
}
