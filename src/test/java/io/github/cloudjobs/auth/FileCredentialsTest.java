package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileCredentialsTest {
  @TempDir private Path home;
  private final FakeEnvironment environment = new FakeEnvironment();
  private Path file;
  private CredentialsProvider provider;
  private int written;

  @BeforeEach
  void setUp() {
    file = home.resolve("credentials");
    provider = CredentialsProvider.credentialsFile(file);
  }

  /** Sets the date a second later each time, so that no test waits for the clock. */
  private void write(String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(FakeEnvironment.START.plusSeconds(++written)));
  }

  private static String text(int number) {
    return "[basic]\nak = AK" + number + "\nsk = s+k/=" + number;
  }

  private static Credentials key(int number) {
    return Credentials.accessKey("AK" + number, "s+k/=" + number);
  }

  private void assertFails(Path path, String problem) {
    assertThatThrownBy(() -> provider.get())
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage("credentials file " + path + ": " + problem)
        .hasNoCause();
  }

  @Test
  void readsTheFileAgainWhenItsDateOrIdentityChanges() throws IOException {
    write(text(1));
    assertThat(provider).hasToString("credentials file");
    Credentials first = provider.refresh(key(99)); // it was not read yet
    assertThat(first).isEqualTo(key(1));
    assertThat(provider.get()).isSameAs(first);
    write(text(2));
    assertThat(provider.get()).isEqualTo(key(2));
    Path next = Files.writeString(home.resolve("next"), text(3));
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    assertThat(provider.get()).isEqualTo(key(3));
  }

  @Test
  void readsTheFileAgainWhenItsCredentialsAreRefused() throws IOException {
    write(text(1));
    provider.get();
    written--; // the same date
    write(text(2));
    assertThat(provider.get()).isEqualTo(key(1));
    assertThat(provider.refresh(key(1))).isEqualTo(key(2));
    assertThat(provider.refresh(key(1))).isEqualTo(key(2));
  }

  @Test
  void usesTheLastCredentialsWhileTheFileCannotBeRead() throws IOException {
    write(text(1));
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
    write(text(2));
    assertThat(provider.get()).isEqualTo(key(2));
  }

  @Test
  void readsAtMost64KiBInLinearTime() throws IOException {
    String most = text(1) + "\n#".repeat(32 * 1024);
    write(most.substring(0, 64 * 1024));
    assertThat(provider.get()).isEqualTo(key(1));
    provider = CredentialsProvider.credentialsFile(file);
    write(most.substring(0, 64 * 1024 + 1));
    assertFails(file, "it is larger than 64 KiB");
    write("[basic]\nak = A\nsk = x" + " ".repeat(60_000) + "x");
    assertFails(file, "line 3: sk holds U+0020 (space) at index 1");
    Files.delete(file);
    Files.createDirectory(file);
    assertFails(file, "it cannot be read, IOException");
  }

  @Test
  void readsTheCharsetsOfWindowsTools() throws IOException {
    for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-8")) {
      Files.write(file, ("\uFEFF" + text(1)).getBytes(Charset.forName(charset)));
      assertThat(CredentialsProvider.credentialsFile(file).get()).isEqualTo(key(1));
    }
    Files.write(file, "[basic]\nak = A\nsk = \u00FC".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(provider.get()).isEqualTo(Credentials.accessKey("A", "\uFFFD"));
  }

  @Test
  void looksInTheUsersHomeUnlessAVariableNamesAFile() throws IOException {
    provider = FileCredentials.atDefaultPath(environment.system());
    assertFails(Path.of("./.huaweicloud/credentials"), "it does not exist");
    environment.properties.put("user.home", home.toString());
    provider = FileCredentials.atDefaultPath(environment.system());
    assertFails(home.resolve(".huaweicloud").resolve("credentials"), "it does not exist");
    write(text(1));
    environment.variables.put("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.toString());
    provider = FileCredentials.atDefaultPath(environment.system());
    assertThat(provider.get()).isEqualTo(key(1));
    environment.variables.put("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "no\0path");
    assertThatThrownBy(FileCredentials.atDefaultPath(environment.system())::get)
        .isInstanceOf(JobsException.class)
        .hasMessage("credentials file: HUAWEICLOUD_SDK_CREDENTIALS_FILE is not a path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[basic]\nak = AKID\nsk=s+k/=\nsecurity_token =t#o;k=en\nproject_id = p\n[global]\nak = X",
        "[basic]\r\nak = AKID\r\nsk = s+k/=\r\nsecurityToken = t#o;k=en",
        "[basic]\rak = AKID\rsk = s+k/=\rsecurity-token = t#o;k=en\r",
        "\n\n  [ Basic ]  \n\t ak   =    AKID \t\n  SK=s+k/=   \nSECURITY_TOKEN=t#o;k=en",
        "# keys\n; of mine\n[basic] # here\n#ak = OTHER\nak = AKID # mine\nsk = s+k/= ;\tmine"
            + "\nsecurity_token = t#o;k=en\n; ak = OTHER",
        "[basic]\nak = \"AKID\"\nsk = 's+k/='\nsecurity_token = \"t#o;k=en\" # quo\u2028ted",
        "[basic]\nak = OLD\nsk = old\nak = AKID\nsk = s+k/=\nsecurity_token = t#o;k=en\nak =\n",
        "[basic]\nak = AKID\n[global]\nsk = other\n[basic]\nsk = s+k/=\nsecurity_token=t#o;k=en",
        "ak = STRAY\n[other]\nak = OTHER\n[basic]\nak = AKID\nsk = s+k/=\nsecurity_token=t#o;k=en",
        "[basic]\nthis is no line\n= nor this\nak = AKID\nsk = s+k/=\nsecurity_token=t#o;k=en\n["
      })
  void readsMoreLenientlyThanTheSdk(String text) throws IOException {
    write(text);
    assertThat(provider.get())
        .isEqualTo(Credentials.temporaryAccessKey("AKID", "s+k/=", "t#o;k=en"));
  }

  @Test
  void anEmptySecurityTokenIsNoneAndUnmatchedQuotesBelongToTheValue() throws IOException {
    for (String empty : List.of("", " # none", "''")) {
      write(text(1) + "\nsecurity_token =" + empty);
      assertThat(provider.get()).isEqualTo(key(1));
    }
    for (String secret : List.of("'quoted'too", "\"open", "'a'#b")) {
      write("[basic]\nak = AKID\nsk = " + secret + "\n");
      assertThat(provider.get()).isEqualTo(Credentials.accessKey("AKID", secret));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                     | there is no ak in section [basic]",
        "ak = A\\nsk = hush                     | there is no ak in section [basic]",
        "[basic                                 | there is no ak in section [basic]",
        "[basic]\\nak = A\\nsk = # hush         | there is no sk in section [basic]",
        "[basic]\\nak = A\\nsk = ' '            | line 3: sk is blank",
        "[basic]\\nak = A\\nsk = 'hush hush'    | line 3: sk holds U+0020 (space) at index 4",
        "[basic]\\nak = hush-ключ\\nsk = hush   "
            + "| line 2: ak holds a character no header can carry at index 5",
        "[basic]\\nak = A\\nsk = hush\\nsecurity_token = hu\u0001sh "
            + "| line 4: security_token holds U+0001 (start of heading) at index 2"
      })
  void theMessageNamesTheLineAndNotTheValue(String text, String problem) throws IOException {
    write(text.replace("\\n", "\n"));
    assertFails(file, problem);
  }
}
