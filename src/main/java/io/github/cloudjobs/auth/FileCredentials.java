package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNullElse;

import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from a file of the official SDK, which is read again when its date, size or key
 * changes. If it cannot be read, for example while it is written, the last credentials stay in use.
 * Several threads may read a changed file at once.
 *
 * <p>The file is read more leniently than the SDK does: blanks around names and values, comments,
 * quotes, any case. Error messages name a line and never contain a value.
 */
final class FileCredentials implements CredentialsProvider {
  private static final int MAX_BYTES = 64 * 1024;
  private static final String VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
  private static final String SECTION = "basic"; // of regional services

  /** A value in quotes, and perhaps a comment after it. */
  private static final Pattern QUOTED =
      Pattern.compile("(?s)(?:\"([^\"]*)\"|'([^']*)')(?:\\s+[#;].*)?");

  private final Path file;

  /** The stamp of the file when it was read, and its credentials. */
  private volatile Map.@Nullable Entry<String, Credentials> last;

  FileCredentials(Path file) {
    this.file = file;
  }

  /** The official SDK's path: that of a variable, else below the user's home directory. */
  static CredentialsProvider atDefaultPath(SystemEnvironment environment) {
    String named = environment.variable(VARIABLE);
    String home = requireNonNullElse(environment.property("user.home"), ".");
    try {
      return new FileCredentials(
          named != null ? Path.of(named) : Path.of(home, ".huaweicloud", "credentials"));
    } catch (InvalidPathException e) { // refused when it is used
      return () -> {
        throw new JobsException("credentials file: " + VARIABLE + " is not a path");
      };
    }
  }

  @Override
  public Credentials get() {
    Map.Entry<String, Credentials> known = last;
    if (known == null) {
      return read();
    }
    try {
      return known.getKey().equals(stamp()) ? known.getValue() : read();
    } catch (IOException | JobsException unreadable) {
      return known.getValue(); // refresh(..) fails once they are refused
    }
  }

  @Override
  public Credentials refresh(Credentials refused) {
    Map.Entry<String, Credentials> known = last;
    return known == null || known.getValue().equals(refused) ? read() : get();
  }

  /** Returns a text that differs when the file was changed. */
  private String stamp() throws IOException {
    BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
    return seen.lastModifiedTime() + " " + seen.size() + " " + seen.fileKey();
  }

  private Credentials read() {
    String problem;
    try {
      String before = stamp(); // a change while it is read is found by the next call
      Credentials credentials = parse(text(file));
      last = Map.entry(before, credentials);
      return credentials;
    } catch (IllegalArgumentException unusable) {
      problem = unusable.getMessage();
    } catch (NoSuchFileException e) {
      problem = "it does not exist";
    } catch (IOException e) {
      problem = "it cannot be read, " + e.getClass().getSimpleName();
    }
    throw new JobsException("credentials file " + file + ": " + problem);
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException("it is larger than 64 KiB");
      }
      return SafeText.decode(bytes); // Windows tools write UTF-16
    }
  }

  /** Reads the section. Names may be spelled with hyphens, underscores or neither. */
  private static Credentials parse(String text) {
    Map<String, Part> entries = new HashMap<>(); // of several lines with one name, the last counts
    String section = "";
    String[] lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        section = line.substring(1, Math.max(1, line.indexOf(']'))).strip();
      } else if (section.equalsIgnoreCase(SECTION) && equals > 0) {
        String name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        String value = value(line.substring(equals + 1));
        if (!value.isEmpty()) {
          entries.put(
              name.replaceAll("[_-]", ""), new Part("line " + (i + 1) + ": " + name, value));
        }
      }
    }
    return new AccessKey(
        required("ak", entries), required("sk", entries), entries.get("securitytoken"));
  }

  /** A value in quotes is taken as it is; otherwise a comment may follow after a blank. */
  private static String value(String text) {
    Matcher quoted = QUOTED.matcher(text.strip());
    return quoted.matches()
        ? requireNonNullElse(quoted.group(1), quoted.group(2))
        : (" " + text).split("\\s[#;]", 2)[0].strip();
  }

  private static Part required(String name, Map<String, Part> entries) {
    Part entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no " + name + " in section [" + SECTION + "]");
    }
    return entry;
  }

  @Override
  public String toString() {
    return "credentials file";
  }
}
