package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from a file of the official SDK, which is read again when it changes. Each call
 * checks its date, size and key, which takes a few microseconds. If it cannot be read, for example
 * while it is written, the last credentials stay in use. Several threads may read a changed file at
 * once.
 *
 * <p>The file is read more leniently than the SDK does: blanks around names and values, comments,
 * quotes, any case. Error messages name a line and never contain a value.
 */
final class FileCredentials implements CredentialsProvider {
  private static final int MAX_BYTES = 64 * 1024;
  private static final String SECTION = "basic"; // of regional services

  /** Differs when the file was changed. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(seen.lastModifiedTime(), seen.size(), seen.fileKey());
    }
  }

  private record Reading(Stamp stamp, Credentials credentials) {}

  private final Supplier<Path> path;
  private volatile @Nullable Reading last;

  private FileCredentials(Supplier<Path> path) {
    this.path = path;
  }

  static FileCredentials at(Path file) {
    return new FileCredentials(() -> file);
  }

  /** The official SDK's path: that of a variable, else below the user's home directory. */
  static FileCredentials atDefaultPath(SystemEnvironment environment) {
    return new FileCredentials(
        () -> {
          String named = environment.variable("HUAWEICLOUD_SDK_CREDENTIALS_FILE");
          if (named != null) {
            return Path.of(named);
          }
          String home = environment.property("user.home");
          return Path.of(home == null ? "." : home, ".huaweicloud", "credentials");
        });
  }

  @Override
  public Credentials get() {
    Reading known = last;
    if (known == null) {
      return read().credentials();
    }
    try {
      return known.stamp().equals(Stamp.of(path.get()))
          ? known.credentials()
          : read().credentials();
    } catch (IOException | JobsException unreadable) {
      return known.credentials(); // refresh(..) fails once they are refused
    }
  }

  @Override
  public Credentials refresh(Credentials refused) {
    Reading known = last;
    return known == null || known.credentials().equals(refused) ? read().credentials() : get();
  }

  private Reading read() {
    Path file;
    try {
      file = path.get();
    } catch (InvalidPathException e) {
      throw new JobsException("credentials file: HUAWEICLOUD_SDK_CREDENTIALS_FILE is not a path");
    }
    try {
      Stamp before = Stamp.of(file); // a change while it is read is found by the next call
      Reading reading = new Reading(before, parse(text(file)));
      last = reading;
      return reading;
    } catch (IllegalArgumentException unusable) {
      throw problem(file, unusable.getMessage());
    } catch (NoSuchFileException e) {
      throw problem(file, "it does not exist");
    } catch (AccessDeniedException e) {
      throw problem(file, "it may not be read");
    } catch (IOException e) {
      throw problem(file, "it cannot be read, " + e.getClass().getSimpleName());
    }
  }

  private static JobsException problem(Path file, @Nullable String what) {
    return new JobsException("credentials file " + file + ": " + what);
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException("it is larger than 64 KiB");
      }
      String text = SafeText.decode(bytes); // Windows tools write UTF-16
      Arrays.fill(bytes, (byte) 0);
      return text;
    }
  }

  /**
   * Returns the credentials in the text of a file.
   *
   * @throws IllegalArgumentException if there are none; the message names the line
   */
  static Credentials parse(String text) {
    Map<String, Part> entries = new HashMap<>(); // of several lines with one name, the last counts
    boolean hasSection = false;
    boolean inside = false;
    int malformed = 0; // the first such line
    String[] lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        inside = section(line).equals(SECTION);
        hasSection |= inside;
      } else if (inside && !line.isEmpty() && "#;".indexOf(line.charAt(0)) < 0) {
        if (equals > 0) {
          String name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
          Part entry = new Part("line " + (i + 1) + ": " + name, value(line.substring(equals + 1)));
          entries.put(name.replaceAll("[_-]", ""), entry);
        } else if (malformed == 0) {
          malformed = i + 1;
        }
      }
    }
    if (!hasSection) {
      throw new IllegalArgumentException("there is no section [" + SECTION + "]");
    }
    return key(entries, malformed == 0 ? "" : ", and line " + malformed + " is not understood");
  }

  private static String section(String line) {
    int end = line.indexOf(']');
    return (end < 0 ? "" : line.substring(1, end)).strip().toLowerCase(Locale.ROOT);
  }

  /** A value in quotes is taken as it is; otherwise a comment may follow after a blank. */
  private static String value(String text) {
    String value = text.strip();
    if (value.startsWith("\"") || value.startsWith("'")) {
      int end = value.indexOf(value.charAt(0), 1);
      if (end > 0 && withoutComment(value.substring(end + 1)).isEmpty()) {
        return value.substring(1, end);
      }
    }
    return value.startsWith("#") || value.startsWith(";") ? "" : withoutComment(value);
  }

  private static String withoutComment(String text) {
    for (int i = 1; i < text.length(); i++) {
      if ("#;".indexOf(text.charAt(i)) >= 0 && Character.isWhitespace(text.charAt(i - 1))) {
        return text.substring(0, i).strip();
      }
    }
    return text.strip();
  }

  private static Credentials key(Map<String, Part> entries, String remark) {
    Part federation = entries.get("idpid");
    if (federation != null && !entries.containsKey("ak")) {
      throw new IllegalArgumentException(
          federation + " needs a federated login, which is not supported");
    }
    for (String name : List.of("ak", "sk")) {
      if (!entries.containsKey(name)) {
        throw new IllegalArgumentException(
            "there is no " + name + " in section [" + SECTION + "]" + remark);
      }
    }
    Part securityToken = entries.get("securitytoken");
    boolean isTemporary = securityToken != null && !securityToken.value().isEmpty();
    return AccessKey.of(
        requireNonNull(entries.get("ak")),
        requireNonNull(entries.get("sk")),
        isTemporary ? securityToken : null);
  }

  @Override
  public String toString() {
    return "credentials file";
  }
}
