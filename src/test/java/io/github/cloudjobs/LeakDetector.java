package io.github.cloudjobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.step.Tokens;
import io.github.cloudjobs.wait.WaitToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Looks for secrets in whatever the library prints: texts, exceptions with all that they carry and
 * as bytes, logs, flight recordings and names of threads. Thread-safe.
 */
final class LeakDetector extends Handler {
  /** A part of each secret of a test. */
  static final String HUSH = "hush";

  /** This many characters of a signature are in no other text. */
  private static final int DISTINCT = 16;

  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("io.github.cloudjobs"), Logger.getLogger("okhttp3"));

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private final Set<String> signatures = ConcurrentHashMap.newKeySet(); // their beginnings
  private final Set<String> leaks = ConcurrentHashMap.newKeySet();
  private final Set<String> exceptions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger logged = new AtomicInteger();
  private final Recording recording = new Recording();

  LeakDetector() {
    setLevel(Level.ALL);
    addSecret(HUSH);
    for (Logger logger : LOGGERS) {
      logger.setLevel(Level.ALL);
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }
    for (String event : List.of("Poll", "Wait", "Throttle")) {
      recording.enable("io.github.cloudjobs." + event);
    }
    recording.start();
  }

  /** Adds a secret; any text with the same beginning is taken for it. */
  void addSecret(String text) {
    secrets.add(text.substring(0, Math.min(text.length(), DISTINCT)).toLowerCase(Locale.ROOT));
  }

  /** Adds user and password as Basic authentication writes them. */
  void addBasic(String user, String password) {
    addSecret(Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8)));
  }

  /** Adds the signature in a header or a query; null for none. */
  void addSignature(String text) {
    int signature = text == null ? -1 : text.indexOf("Signature=");
    if (signature >= 0) {
      int begin = signature + "Signature=".length();
      signatures.add(text.substring(begin, begin + DISTINCT));
    }
  }

  /** Checks an object's text; of a wait's token also what is packed in it. */
  void check(Object printed) {
    String text = String.valueOf(printed);
    checkText(text);
    if (text.startsWith("jw1.") && text.length() > 4) {
      checkText(Tokens.opened(new WaitToken(text)));
    }
  }

  private void checkText(String mixed) {
    String text = mixed.toLowerCase(Locale.ROOT);
    if (secrets.stream().anyMatch(text::contains) || holdsASignature(text)) {
      leaks.add(text);
    }
  }

  private boolean holdsASignature(String text) {
    int digits = 0;
    for (int end = 1; end <= text.length(); end++) {
      digits = Character.digit(text.charAt(end - 1), 16) < 0 ? 0 : digits + 1;
      if (digits >= DISTINCT && signatures.contains(text.substring(end - DISTINCT, end))) {
        return true;
      }
    }
    return false;
  }

  /** Checks an exception in every form in which it can be printed or sent. */
  void check(Throwable thrown) {
    exceptions.add(thrown.getClass().getSimpleName());
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true)); // with causes and suppressed
    check(trace);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(thrown);
      if (thrown instanceof JobsException) {
        checkGetters(thrown);
      }
    } catch (IOException | ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    check(bytes.toString(ISO_8859_1));
  }

  private void checkGetters(Throwable thrown) throws ReflectiveOperationException {
    for (Method method : thrown.getClass().getMethods()) {
      if (method.getParameterCount() == 0
          && !Modifier.isStatic(method.getModifiers())
          && method.getDeclaringClass().getName().startsWith("io.github.cloudjobs")) {
        Object value = method.invoke(thrown);
        check(value);
        if (value instanceof Throwable other) {
          check(other);
        }
      }
    }
  }

  /** Checks the names of all threads. */
  void checkThreads() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] threads = new Thread[2 * all.activeCount()];
    for (int i = all.enumerate(threads) - 1; i >= 0; i--) {
      check(threads[i].getName());
    }
  }

  /** Checks what was recorded so far, and returns the names of the events. */
  Set<String> checkRecording(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "all", ".jfr");
    recording.dump(file);
    Set<String> events = new TreeSet<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      check(event);
      events.add(event.getEventType().getName().replace("io.github.cloudjobs.", ""));
    }
    return events;
  }

  @Override
  public void publish(LogRecord line) {
    logged.incrementAndGet();
    check(line.getLoggerName() + line.getMessage());
    if (line.getParameters() != null) {
      List.of(line.getParameters()).forEach(this::check);
    }
    if (line.getThrown() != null) {
      check(line.getThrown());
    }
  }

  /** The names of the exceptions that were checked. */
  Set<String> exceptions() {
    return new TreeSet<>(exceptions);
  }

  int logged() {
    return logged.get();
  }

  Set<String> leaks() {
    return leaks;
  }

  void assertNothingLeaked() {
    assertThat(leaks).isEmpty();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    recording.close();
    for (Logger logger : LOGGERS) {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
      logger.setLevel(null);
    }
  }
}
