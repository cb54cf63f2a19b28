package io.github.cloudjobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Flight recordings of this library's events. */
public final class FlightRecording {
  private static final List<String> EVENTS =
      List.of(
          "io.github.cloudjobs.Poll", "io.github.cloudjobs.Wait", "io.github.cloudjobs.Throttle");

  private FlightRecording() {}

  public interface Work {
    void run() throws Exception;
  }

  /** The events of this library, in the order of time. */
  public static List<RecordedEvent> of(Work work) throws Exception {
    return record(recording -> EVENTS.forEach(recording::enable), work);
  }

  /** The same while they are turned off. */
  public static List<RecordedEvent> withoutThem(Work work) throws Exception {
    return record(recording -> EVENTS.forEach(recording::disable), work);
  }

  private static List<RecordedEvent> record(Consumer<Recording> settings, Work work)
      throws Exception {
    Path file = Files.createTempFile("jobs", ".jfr");
    try (Recording recording = new Recording()) {
      settings.accept(recording);
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      return events(file);
    } finally {
      Files.delete(file);
    }
  }

  private static List<RecordedEvent> events(Path file) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> EVENTS.contains(event.getEventType().getName()))
        .sorted(Comparator.comparing(RecordedEvent::getEndTime))
        .toList();
  }

  /** The event's own fields, by name. */
  public static Map<String, Object> facts(RecordedEvent event) {
    Map<String, Object> facts = new TreeMap<>();
    for (ValueDescriptor field : event.getFields()) {
      if (!List.of("startTime", "duration", "eventThread", "stackTrace")
          .contains(field.getName())) {
        facts.put(field.getName(), event.getValue(field.getName()));
      }
    }
    return facts;
  }

  /** The events whose name ends so. */
  public static List<RecordedEvent> only(String kind, List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> event.getEventType().getName().endsWith("." + kind))
        .toList();
  }
}
