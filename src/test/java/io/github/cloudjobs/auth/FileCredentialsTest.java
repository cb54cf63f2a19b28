package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileCredentialsTest {
  private static final Credentials KEY = Credentials.accessKey("AKID", "s+k/=");
  private static final Credentials TEMPORARY =
      Credentials.temporaryAccessKey("AKID", "s+k/=", "t#o;k=en");

  @TempDir private Path home;

  private final FakeEnvironment environment = new FakeEnvironment();
  private Path file;
  private CredentialsProvider provider;
  private int written;

  @BeforeEach
  void setUp() {
    file = home.resolve("credentials");
    provider = FileCredentials.at(file);
  }

  /** Sets the date a second later each time, so that no test waits for the clock. */
  private void write(String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(FakeEnvironment.START.plusSeconds(++written)));
  }

  private void writeKey(int number) throws IOException {
    write("[basic]\nak = AK" + number + "\nsk = hush" + number);
  }

  private static Credentials key(int number) {
    return Credentials.accessKey("AK" + number, "hush" + number);
  }

  private void assertFails(Path path, String problem) {
    assertThatThrownBy(() -> provider.get())
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage("credentials file " + path + ": " + problem)
        .hasNoCause();
  }

  @Test
  void readsTheFileAgainWhenItChanges() throws IOException {
    writeKey(1);
    assertThat(provider).hasToString("credentials file");
    Credentials first = provider.refresh(key(99)); // it was not read yet
    assertThat(first).isEqualTo(key(1));
    assertThat(provider.get()).isSameAs(first);
    writeKey(2);
    assertThat(provider.get()).isEqualTo(key(2));
  }

  @Test
  void readsAFileThatReplacesOneOfTheSameDateAndSize() throws IOException {
    writeKey(1);
    provider.get();
    Path next = home.resolve("next");
    Files.writeString(next, "[basic]\nak = AK2\nsk = hush2");
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    assertThat(provider.get()).isEqualTo(key(2));
  }

  @Test
  void readsTheFileAgainWhenItsCredentialsAreRefused() throws IOException {
    writeKey(1);
    provider.get();
    FileTime date = Files.getLastModifiedTime(file);
    Files.writeString(file, "[basic]\nak = AK2\nsk = hush2");
    Files.setLastModifiedTime(file, date);
    assertThat(provider.get()).isEqualTo(key(1));
    assertThat(provider.refresh(key(1))).isEqualTo(key(2));
    assertThat(provider.refresh(key(1))).isEqualTo(key(2));
  }

  @Test
  void usesTheLastCredentialsWhileTheFileCannotBeRead() throws IOException {
    writeKey(1);
    provider.get();
    for (String torn : List.of("", "[basic]\nak = AK2", "[basic]\nak = AK2\nsk =")) {
      write(torn);
      assertThat(provider.get()).isEqualTo(key(1));
      assertThat(provider.refresh(key(99))).isEqualTo(key(1));
      assertThatThrownBy(() -> provider.refresh(key(1))).hasMessageContaining(file.toString());
    }
    Files.delete(file);
    assertThat(provider.get()).isEqualTo(key(1));
    assertThatThrownBy(() -> provider.refresh(key(1))).hasMessageEndingWith("it does not exist");
    writeKey(2);
    assertThat(provider.get()).isEqualTo(key(2));
  }

  @Test
  void theMessageNamesTheFileAndTheLine() throws IOException {
    assertFails(file, "it does not exist");
    write("[basic]\nak = AK\nsk = hush hush");
    assertFails(file, "line 3: sk holds U+0020 (space) at index 4");
    String most = "[basic]\nak = AK1\nsk = hush1\n";
    most += "#".repeat(64 * 1024 - most.length());
    write(most + "#");
    assertFails(file, "it is larger than 64 KiB");
    write("[basic]\nak = A\nsk = x" + " ".repeat(60_000) + "x"); // in linear time
    assertFails(file, "line 3: sk holds U+0020 (space) at index 1");
    write(most);
    assertThat(FileCredentials.at(file).get()).isEqualTo(key(1));
    Files.delete(file);
    Files.createDirectory(file);
    assertFails(file, "it cannot be read, IOException");
  }

  @Test
  void readsTheCharsetsOfWindowsTools() throws IOException {
    for (Charset charset : List.of(UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_8)) {
      Files.write(file, "\uFEFF[basic]\r\nak = AK1\r\nsk = hush1\r\n".getBytes(charset));
      assertThat(FileCredentials.at(file).get()).isEqualTo(key(1));
    }
  }

  @Test
  void looksInTheUsersHomeUnlessAVariableNamesAFile() throws IOException {
    environment.properties.put("user.home", home.toString());
    provider = FileCredentials.atDefaultPath(environment.system());
    assertFails(home.resolve(".huaweicloud").resolve("credentials"), "it does not exist");
    writeKey(1);
    environment.variables.put("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.toString());
    assertThat(provider.get()).isEqualTo(key(1));
    environment.variables.put("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "hush\0");
    provider = FileCredentials.atDefaultPath(environment.system());
    assertThatThrownBy(() -> provider.get())
        .hasMessage("credentials file: HUAWEICLOUD_SDK_CREDENTIALS_FILE is not a path");
    environment.variables.clear();
    environment.properties.clear();
    assertFails(Path.of("./.huaweicloud/credentials"), "it does not exist");
  }

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
        "[basic]\nak = AKID\nsk = s+k/=",
        "\n\n  [ Basic ]  \n\t ak   =    AKID \t\n  SK=s+k/=   ",
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
