package io.github.cloudjobs.text;

import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads exceptions of other authors. Their methods may throw, their messages may contain secrets,
 * and their causes may form a circle; none of these methods throws or loops.
 */
public final class Throwables {
  private static final int MAX_VISITED = 100;
  private static final int MAX_CAUSES = 20;
  private static final int MAX_MESSAGE = 300;
  private static final List<String> PLATFORM = List.of("java.", "javax.", "sun.", "okhttp3.");

  /** What is before the method, or else the class, that a {@link LinkageError} does not find. */
  private static final Pattern BEFORE_MISSING =
      Pattern.compile(
          "(?s).*?(?=MEMBER\\()|.*?(?=MEMBER)"
              .replace(
                  "MEMBER", "\\b(?:okhttp3|okio|com[./]fasterxml[./]jackson)[./][\\w$./]*\\w"));

  private Throwables() {}

  /**
   * Describes an exception for the message of another one. Returns the message of this library's
   * exceptions, the class and message of the platform's I/O exceptions, what a {@link LinkageError}
   * says of OkHttp, Okio or Jackson, and only the class name of any other: its message may contain
   * a secret.
   */
  public static String describe(Throwable thrown) {
    Class<?> type = thrown.getClass();
    try {
      if (type.getName().startsWith("io.github.cloudjobs.")) {
        return String.valueOf(thrown.getMessage());
      }
      if (thrown instanceof IOException && PLATFORM.stream().anyMatch(type.getName()::startsWith)) {
        return type.getSimpleName() + ", " + thrown.getMessage();
      }
      String otherVersion = thrown instanceof LinkageError ? otherVersion(thrown) : null;
      if (otherVersion != null) {
        return otherVersion;
      }
    } catch (Throwable ofItsMethods) {
      // the class name is all there is
    }
    return type.getName();
  }

  /**
   * Returns what is missing in which jar, and the BOM with the version this library was compiled
   * with; null if the error names none of these libraries.
   */
  private static @Nullable String otherVersion(Throwable error) throws Exception {
    Properties boms = new Properties(); // by a class that every version of a library has
    try (InputStream in = Throwables.class.getResourceAsStream("libraries.properties")) {
      boms.load(in);
    }
    for (Throwable each : chain(error)) {
      String message = String.valueOf(each.getMessage());
      String missing = isAboutVersions(each, message) ? missing(message) : "";
      for (String known : boms.stringPropertyNames()) {
        if (missing.startsWith(known.substring(0, known.lastIndexOf('.') + 1))) {
          return "%s, %s; %s is another version than this library was compiled with: import %s"
              .formatted(
                  each.getClass().getSimpleName(),
                  SafeText.printable(message, MAX_MESSAGE),
                  jar(known),
                  boms.getProperty(known));
        }
      }
    }
    return null;
  }

  /** False for a failed initializer and for a native library, which are the same in any version. */
  private static boolean isAboutVersions(Throwable error, String message) {
    return error instanceof LinkageError
        && !(error instanceof UnsatisfiedLinkError)
        && !message.startsWith("Could not initialize class");
  }

  /** Returns a text that begins with the missing member; empty if there is none. */
  private static String missing(String message) {
    Matcher before = BEFORE_MISSING.matcher(message);
    return before.lookingAt() ? message.substring(before.end()).replace('/', '.') : "";
  }

  /** Returns the file name alone: its folder may have a user's name in it. */
  private static String jar(String known) throws ClassNotFoundException {
    Class<?> type = Class.forName(known, false, Throwables.class.getClassLoader());
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null
        ? known
        : source.getLocation().getPath().replaceFirst("[!/]*$", "").replaceFirst(".*/", "");
  }

  /** Returns an exception and its causes, the outermost first. */
  public static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    try {
      @Nullable Throwable next = thrown;
      while (next != null && chain.size() < MAX_CAUSES) {
        chain.add(next);
        next = next.getCause();
      }
    } catch (Throwable ofGetCause) {
      // the chain ends here
    }
    return chain;
  }

  /** Returns the messages of an exception, its causes and all suppressed exceptions. */
  public static List<String> messages(Throwable thrown) {
    List<String> messages = new ArrayList<>();
    Deque<Throwable> left = new ArrayDeque<>(List.of(thrown));
    for (int visited = 0; visited < MAX_VISITED && !left.isEmpty(); visited++) {
      try {
        Throwable next = left.remove();
        left.addAll(List.of(next.getSuppressed()));
        if (next.getCause() != null) {
          left.add(next.getCause());
        }
        if (next.getMessage() != null) {
          messages.add(next.getMessage());
        }
      } catch (Throwable ofItsMethods) {
        // this one is skipped
      }
    }
    return messages;
  }
}
