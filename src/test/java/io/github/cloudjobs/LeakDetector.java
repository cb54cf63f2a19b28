package io.github.cloudjobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.step.Tokens;
import io.github.cloudjobs.wait.WaitToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;

/**
 * Looks for secrets in whatever the library prints: texts, exceptions with all that they carry and
 * as bytes, logs, flight recordings and names of threads. Each secret has {@code hush} in it.
 */
final class LeakDetector extends Handler {
  /** This many characters of a secret are in no other text. */
  private static final int DISTINCT = 16;

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{" + DISTINCT + ",}");

  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("io.github.cloudjobs"), Logger.getLogger("okhttp3"));

  /** The texts that contain a secret. */
  final Set<String> leaks = ConcurrentHashMap.newKeySet();

  /** The simple names of the exceptions that were checked. */
  final Set<String> exceptions = ConcurrentHashMap.newKeySet();

  final AtomicInteger logged = new AtomicInteger(); // lines

  private final Set<String> secrets = ConcurrentHashMap.newKeySet(); // their beginnings
  private final Set<String> signatures = ConcurrentHashMap.newKeySet(); // their beginnings
  private final Recording recording = FlightRecording.start(Recording::enable);

  LeakDetector() {
    setLevel(Level.ALL);
    secrets.add("hush");
    for (Logger logger : LOGGERS) {
      logger.setLevel(Level.ALL);
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }
  }

  /** Adds user and password as Basic authentication writes them. */
  void addBasic(String user, String password) {
    String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    secrets.add(basic.substring(0, DISTINCT).toLowerCase(Locale.ROOT));
  }

  /** Adds the signature in a header or a query; null for none. */
  void addSignature(String text) {
    int signature = text == null ? -1 : text.indexOf("Signature=");
    if (signature >= 0) {
      int begin = signature + "Signature=".length();
      signatures.add(text.substring(begin, begin + DISTINCT));
    }
  }

  /** Checks an object's text, and an exception in every form; of a token also what it holds. */
  void check(Object printed) {
    String text = String.valueOf(printed);
    checkText(text);
    if (text.startsWith("jw1.") && text.length() > 4) {
      checkText(Tokens.opened(new WaitToken(text)));
    }
    if (printed instanceof Throwable thrown) {
      exceptions.add(thrown.getClass().getSimpleName());
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace, true)); // with causes and suppressed
      checkText(trace.toString());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(thrown);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      checkText(bytes.toString(ISO_8859_1));
    }
  }

  private void checkText(String mixed) {
    String text = mixed.toLowerCase(Locale.ROOT);
    if (secrets.stream().anyMatch(text::contains)
        || HEX.matcher(text)
            .results()
            .anyMatch(digits -> signatures.stream().anyMatch(digits.group()::contains))) {
      leaks.add(text);
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
      checkText(threads[i].getName());
    }
  }

  /** Checks what was recorded so far, and returns the names of the events. */
  Set<String> checkRecording() throws IOException {
    Set<String> events = new TreeSet<>();
    for (RecordedEvent event : FlightRecording.events(recording)) {
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
