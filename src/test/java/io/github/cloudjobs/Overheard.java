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
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * Listens wherever the library can say something, and fails once it hears a secret: in texts,
 * exceptions with all they carry and as bytes, logs, flight recordings and names of threads.
 * Thread-safe.
 */
final class Overheard implements AutoCloseable {
  /** Each secret of a test has this in it. */
  static final String HUSH = "hush";

  /** What the library records. */
  private static final List<String> EVENTS = List.of("Poll", "Wait", "Throttle");

  /** What a wait's token begins with. */
  private static final String PACKED = "jw1.";

  /** So many characters of a signature are in no other text. */
  private static final int TELLING = 16;

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private final Set<String> signatures = ConcurrentHashMap.newKeySet(); // their beginnings
  private final Set<String> leaks = ConcurrentHashMap.newKeySet();
  private final Set<String> kinds = ConcurrentHashMap.newKeySet();
  private final AtomicInteger logged = new AtomicInteger();
  private final Map<Logger, Level> loggers =
      Map.of(logger("io.github.cloudjobs"), Level.ALL, logger("okhttp3"), Level.ALL);
  private final Handler ear = new Ear();
  private final Recording recording = new Recording();

  Overheard() {
    secret(HUSH);
    for (Logger logger : loggers.keySet()) {
      logger.setLevel(Level.ALL);
      logger.setUseParentHandlers(false);
      logger.addHandler(ear);
    }
    EVENTS.forEach(event -> recording.enable("io.github.cloudjobs." + event));
    recording.start();
  }

  private static Logger logger(String name) {
    return Logger.getLogger(name);
  }

  /** Adds a secret; whatever begins like it is taken for it. */
  void secret(String text) {
    secrets.add(lower(text.substring(0, Math.min(text.length(), TELLING))));
  }

  /** Adds a signature that was made on the way; null for none. */
  void signature(String hex) {
    if (hex != null) {
      signatures.add(hex.substring(0, TELLING));
    }
  }

  /** Adds the signature of an {@code Authorization}; null for none. */
  void authorization(String header) {
    int signature = header == null ? -1 : header.indexOf("Signature=");
    if (signature >= 0) {
      signature(header.substring(signature + "Signature=".length()));
    }
  }

  /** Hears a text, or what prints as one; of a wait's token also what is packed in it. */
  void hear(Object printed) {
    String said = String.valueOf(printed);
    hearPlain(said);
    if (said.startsWith(PACKED) && !said.equals(PACKED)) {
      hearPlain(Tokens.opened(new WaitToken(said)));
    }
  }

  private void hearPlain(String said) {
    String text = lower(said);
    if (secrets.stream().anyMatch(text::contains) || holdsASignature(text)) {
      leaks.add(text);
    }
  }

  private boolean holdsASignature(String text) {
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      digits = Character.digit(text.charAt(i), 16) < 0 ? 0 : digits + 1;
      if (digits >= TELLING && signatures.contains(text.substring(i + 1 - TELLING, i + 1))) {
        return true;
      }
    }
    return false;
  }

  /** Hears an exception in whatever way it can be printed or sent. */
  void hear(Throwable thrown) {
    kinds.add(thrown.getClass().getSimpleName());
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true)); // with causes and suppressed
    hear(trace);
    if (thrown instanceof JobsException) {
      hearAnswers(thrown);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(thrown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hear(bytes.toString(ISO_8859_1));
  }

  /** Hears what its methods answer. */
  private void hearAnswers(Throwable thrown) {
    for (Method method : thrown.getClass().getMethods()) {
      boolean asks = method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers());
      if (asks && method.getDeclaringClass().getName().startsWith("io.github.cloudjobs")) {
        try {
          Object answer = method.invoke(thrown);
          if (answer instanceof Collection<?> several) {
            several.forEach(this::hear);
          } else if (answer instanceof Throwable other) {
            hear(other);
          }
          hear(answer);
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Hears the name of every thread there is now. */
  void hearThreads() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] threads = new Thread[2 * all.activeCount()];
    for (int i = all.enumerate(threads) - 1; i >= 0; i--) {
      hear(threads[i].getName());
    }
  }

  /** Which kinds of exceptions were heard. */
  Set<String> kinds() {
    return new TreeSet<>(kinds);
  }

  int logged() {
    return logged.get();
  }

  /** Hears what was recorded so far, and says which events there were. */
  Set<String> hearRecording(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "all", ".jfr");
    recording.dump(file);
    Set<String> heard = new TreeSet<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      hear(event);
      heard.add(event.getEventType().getName().replace("io.github.cloudjobs.", ""));
    }
    return heard;
  }

  void assertNothingLeaked() {
    assertThat(leaks).isEmpty();
  }

  Set<String> leaks() {
    return leaks;
  }

  @Override
  public void close() {
    recording.close();
    for (Logger logger : loggers.keySet()) {
      logger.removeHandler(ear);
      logger.setUseParentHandlers(true);
      logger.setLevel(null);
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** As Basic authentication writes it; its beginning is what a longer one begins with too. */
  static String basic(String user, String password) {
    return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  private final class Ear extends Handler {
    Ear() {
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord line) {
      logged.incrementAndGet();
      hear(line.getLoggerName() + line.getMessage());
      Object[] parameters = line.getParameters();
      if (parameters != null) {
        List.of(parameters).forEach(Overheard.this::hear);
      }
      if (line.getThrown() != null) {
        hear(line.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
