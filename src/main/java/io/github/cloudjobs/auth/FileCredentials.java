package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.error.JobsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from a file, read again whenever it has changed. Each call looks at its date, its
 * size and its identity, which is a few microseconds; a file that is being written, and cannot be
 * read for a moment, does not take away what was read before. Thread-safe: several threads may read
 * a changed file at once.
 */
final class FileCredentials implements CredentialsProvider {
  private static final int MOST_BYTES = 64 * 1024; // a few lines are enough

  /** What tells a changed file from the same. */
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

  /** Where the official SDK looks: the path in a variable, else below the user's home. */
  static FileCredentials whereTheSdkLooks(Surroundings surroundings) {
    return new FileCredentials(
        () -> {
          String named = surroundings.variable("HUAWEICLOUD_SDK_CREDENTIALS_FILE");
          if (named != null) {
            return Path.of(named);
          }
          String home = surroundings.property("user.home");
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
    } catch (IOException | JobsException notJustNow) {
      return known.credentials(); // whoever is refused with them is told, by refresh
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
      throw new JobsException("credentials file: HUAWEICLOUD_SDK_CREDENTIALS_FILE is no path");
    }
    try {
      Stamp before = Stamp.of(file); // a change while it is read is then seen the next time
      Reading reading = new Reading(before, CredentialsFile.read(text(file)));
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
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("it is larger than 64 KiB");
      }
      String text = new String(bytes, charsetOf(bytes));
      Arrays.fill(bytes, (byte) 0);
      return text;
    }
  }

  /** UTF-8, unless a mark says what Windows tools write. */
  private static Charset charsetOf(byte[] bytes) {
    if (bytes.length < 2) {
      return UTF_8;
    }
    int mark = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    return mark == 0xFEFF ? UTF_16BE : mark == 0xFFFE ? UTF_16LE : UTF_8;
  }

  @Override
  public String toString() {
    return "credentials file";
  }
}
