package io.github.cloudjobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Flight recordings of this library's events. */
public final class FlightRecording {
  private static final String PREFIX = "io.github.cloudjobs.";

  private FlightRecording() {}

  public interface Work {
    void run() throws Exception;
  }

  /** The events of this library, in the order of time. */
  public static List<RecordedEvent> of(Work work) throws Exception {
    return record(start(Recording::enable), work);
  }

  /** The same while they are turned off. */
  public static List<RecordedEvent> withoutThem(Work work) throws Exception {
    return record(start(Recording::disable), work);
  }

  private static List<RecordedEvent> record(Recording running, Work work) throws Exception {
    try (running) {
      work.run();
      return events(running);
    }
  }

  /** Starts a recording; each event is enabled, or disabled. */
  static Recording start(BiConsumer<Recording, String> settings) {
    Recording recording = new Recording();
    Stream.of("Poll", "Wait", "Throttle")
        .forEach(each -> settings.accept(recording, PREFIX + each));
    recording.start();
    return recording;
  }

  /** The events so far. */
  static List<RecordedEvent> events(Recording recording) throws IOException {
    Path file = Files.createTempFile("jobs", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().startsWith(PREFIX))
          .sorted(Comparator.comparing(RecordedEvent::getEndTime))
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  /** The event's own fields, by name. */
  public static Map<String, Object> facts(RecordedEvent event) {
    Map<String, Object> facts = new TreeMap<>();
    for (ValueDescriptor field : event.getFields()) {
      facts.put(field.getName(), event.getValue(field.getName()));
    }
    facts.keySet().removeAll(List.of("startTime", "duration", "eventThread", "stackTrace"));
    return facts;
  }

  /** The events of a kind, such as {@code Poll}. */
  public static List<RecordedEvent> only(String kind, List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(PREFIX + kind))
        .toList();
  }
}
