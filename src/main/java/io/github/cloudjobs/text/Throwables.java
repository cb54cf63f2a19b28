package io.github.cloudjobs.text;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads exceptions of other authors. Their methods may throw, their messages may contain secrets,
 * and their causes may form a circle; none of these methods throws or loops.
 */
public final class Throwables {
  private static final int MAX_CAUSES = 20;
  private static final int MAX_MESSAGE = 300;
  private static final List<String> PLATFORM = List.of("java.", "javax.", "sun.", "okhttp3.");

  private static final Map<String, String> BOMS =
      Map.of(
          "okhttp3.", "com.squareup.okhttp3:okhttp-bom",
          "okio.", "com.squareup.okio:okio-bom",
          "com.fasterxml.jackson.", "com.fasterxml.jackson:jackson-bom");

  private Throwables() {}

  /**
   * Describes an exception for the message of another one: by the message of this library's
   * exceptions, the class and message of I/O exceptions and of errors about missing classes of
   * known libraries, and by the class of any other, whose message may contain a secret.
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
      if (thrown instanceof LinkageError) {
        return otherVersion(thrown);
      }
    } catch (Throwable ofItsMethods) {
      // the class name is all there is
    }
    return type.getName();
  }

  /** Names the library whose class or method is missing, and otherwise the class of the error. */
  private static String otherVersion(Throwable error) {
    for (Throwable each : chain(error)) {
      String message = SafeText.printable(String.valueOf(each.getMessage()), MAX_MESSAGE);
      boolean missing =
          each instanceof IncompatibleClassChangeError || each instanceof NoClassDefFoundError;
      String member =
          message.replaceFirst("\\(.*", "").replaceFirst(".*[ ']", "").replace('/', '.');
      for (Map.Entry<String, String> bom : BOMS.entrySet()) {
        if (missing && member.startsWith(bom.getKey()) && !message.startsWith("Could not init")) {
          return "%s, %s; another version than this library was compiled with: import %s"
              .formatted(each.getClass().getSimpleName(), message, bom.getValue());
        }
      }
    }
    return error.getClass().getName();
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

  /** Returns what {@code printStackTrace} prints; empty if a method of the exception throws. */
  static String stackTrace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    try {
      thrown.printStackTrace(new PrintWriter(trace));
      return trace.toString();
    } catch (Throwable ofItsMethods) {
      return "";
    }
  }
}
