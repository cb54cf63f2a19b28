package io.github.cloudjobs.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads exceptions of other authors. Their methods may throw, their messages may contain secrets,
 * and their causes may form a circle; none of these methods throws or loops.
 */
public final class Throwables {
  private static final int MAX_CAUSES = 20;
  private static final int MAX_MESSAGE = 300;
  private static final String PLATFORM = "(?:javax?|sun|okhttp3)\\..*";

  /** What is before the method, or else the class, that a {@link LinkageError} does not find. */
  private static final Pattern BEFORE_MISSING =
      Pattern.compile(
          "(?s).*?(?=MEMBER\\()|.*?(?=MEMBER)"
              .replace(
                  "MEMBER", "\\b(?:okhttp3|okio|com[./]fasterxml[./]jackson)[./][\\w$./]*\\w"));

  private Throwables() {}

  /**
   * Describes an exception for the message of another one: by the message of this library's
   * exceptions, the class and message of I/O exceptions and of errors about missing classes of
   * known libraries, and by the class of any other, since its message may contain a secret.
   */
  public static String describe(Throwable thrown) {
    Class<?> type = thrown.getClass();
    try {
      if (type.getName().startsWith("io.github.cloudjobs.")) {
        return String.valueOf(thrown.getMessage());
      }
      if (thrown instanceof IOException && type.getName().matches(PLATFORM)) {
        return type.getSimpleName() + ", " + thrown.getMessage();
      }
      if (thrown instanceof LinkageError) {
        return otherVersion(thrown);
      }
    } catch (Throwable ofItsMethods) {
      // the class name is all there is
    }
    return type.getName();
  }

  /**
   * Names what is missing, the jar of its library, and the BOM with the version this library was
   * compiled with; otherwise the class of the error.
   */
  private static String otherVersion(Throwable error) throws Exception {
    Properties boms = new Properties(); // by a class that every version of a library has
    try (InputStream in = Throwables.class.getResourceAsStream("libraries.properties")) {
      boms.load(in);
    }
    for (Throwable each : chain(error)) {
      String message = SafeText.printable(String.valueOf(each.getMessage()), MAX_MESSAGE);
      Matcher before = BEFORE_MISSING.matcher(message);
      // A failed initializer and a native library are the same in any version.
      boolean ofVersions =
          each instanceof LinkageError
              && !(each instanceof UnsatisfiedLinkError)
              && !message.startsWith("Could not initialize class")
              && before.lookingAt();
      String missing = ofVersions ? message.substring(before.end()).replace('/', '.') : "";
      for (String known : boms.stringPropertyNames()) {
        if (missing.startsWith(known.substring(0, known.lastIndexOf('.') + 1))) {
          return "%s, %s; %s is another version than this library was compiled with: import %s"
              .formatted(
                  each.getClass().getSimpleName(), message, jar(known), boms.getProperty(known));
        }
      }
    }
    return error.getClass().getName();
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
      for (Throwable t = thrown; t != null && chain.size() < MAX_CAUSES; t = t.getCause()) {
        chain.add(t);
      }
    } catch (Throwable ofGetCause) {
      // the chain ends here
    }
    return chain;
  }

  /** Returns what {@code printStackTrace} prints, until a method of an exception throws. */
  static String stackTrace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    try {
      thrown.printStackTrace(new PrintWriter(trace));
    } catch (Throwable ofItsMethods) {
      // what was printed before it counts
    }
    return trace.toString();
  }
}
