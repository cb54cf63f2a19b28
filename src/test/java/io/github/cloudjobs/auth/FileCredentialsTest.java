package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_16LE;
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

class FileCredentialsTest {
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
    Credentials first = provider.get();
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
    write("x".repeat(64 * 1024) + "\n");
    assertFails(file, "it is larger than 64 KiB");
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
  void refreshReadsAFileThatWasNotReadYet() throws IOException {
    writeKey(1);
    assertThat(provider.refresh(key(99))).isEqualTo(key(1));
  }

  @Test
  void readsAFileOf64KiB() throws IOException {
    String key = "[basic]\nak = AK1\nsk = hush1\n";
    write(key + "#".repeat(64 * 1024 - key.length()));
    assertThat(provider.get()).isEqualTo(key(1));
  }

  @Test
  void toStringShowsNoCredentials() throws IOException {
    writeKey(1);
    provider.get();
    assertThat(provider).hasToString("credentials file");
  }
}
