package io.github.cloudjobs.model;

import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes a job as a tree for people to read. Pure: a job that still runs has no duration here. */
final class JobDescription {
  private static final int SHOWN_SUB_JOBS = 50;
  private static final int SHOWN_IDS = 20;
  private static final int LONGEST_WORD = 80; // a UUID has 36 characters
  private static final int LONGEST_REASON = 2_000;
  private static final int LINE_WIDTH = 100; // and the indentation

  private final StringJoiner lines = new StringJoiner("\n");

  private JobDescription() {}

  static String of(JobReport report) {
    JobDescription description = new JobDescription();
    description.report(report, "");
    return description.lines.toString();
  }

  /** Returns the status, type, id and size of a job on one line. */
  static String headline(JobReport report) {
    StringBuilder line = new StringBuilder(status(report));
    appendWord(line, report.jobType());
    appendWord(line, report.jobId());
    int total = report.subJobsTotal();
    if (total > 0) {
      long done = report.subJobs().stream().filter(job -> job.status().isFinished()).count();
      line.append(", ").append(done).append('/').append(total).append(" sub-jobs ended");
    }
    Double progress = report.status().isFinished() ? null : report.progress();
    if (progress != null) {
      line.append(", ").append(Math.round(progress * 100)).append(" % done");
    }
    return line.toString();
  }

  private void report(JobReport report, String indent) {
    lines.add(indent + headline(report) + times(report));
    String inner = indent + "  ";
    if (JobFailures.hasFailed(report)) {
      reason(report, inner);
    }
    ids(report.entities(), inner);
    subJobs(report.subJobs(), inner);
  }

  private void reason(JobReport report, String indent) {
    JobError error = JobError.of(report);
    String code = error.code();
    String reason = error.reason();
    if (code != null || reason != null) {
      String told = code == null || reason == null ? "" : ": ";
      told = (code == null ? "" : code) + told + (reason == null ? "" : reason);
      wrap(indent, "error " + SafeText.printable(told, LONGEST_REASON));
    }
    String message = error.innermost(report.entities()).message();
    if (message != null && !message.equals(reason)) {
      wrap(indent, "because " + SafeText.printable(message, LONGEST_REASON));
    }
  }

  private void wrap(String indent, String text) {
    String margin = indent;
    for (String line : WrappedText.lines(text, LINE_WIDTH)) {
      lines.add(margin + line);
      margin = indent + "    ";
    }
  }

  private void ids(Entities entities, String indent) {
    ResourceIds.of(entities).entrySet().stream()
        .flatMap(
            under -> under.getValue().stream().map(id -> word(under.getKey()) + " " + word(id)))
        .limit(SHOWN_IDS)
        .forEach(line -> lines.add(indent + line));
  }

  private void subJobs(List<SubJob> subJobs, String indent) {
    List<SubJob> shown = subJobs;
    if (subJobs.size() > SHOWN_SUB_JOBS) {
      shown =
          subJobs.stream()
              .filter(job -> job.status() != JobStatus.SUCCESS)
              .limit(SHOWN_SUB_JOBS)
              .toList();
    }
    shown.forEach(subJob -> report(subJob, indent));
    if (shown.size() < subJobs.size()) {
      lines.add(indent + rest(subJobs, shown));
    }
  }

  private static String rest(List<SubJob> subJobs, List<SubJob> shown) {
    Map<JobStatus, Integer> counts = new EnumMap<>(JobStatus.class);
    subJobs.forEach(job -> counts.merge(job.status(), 1, Integer::sum));
    shown.forEach(job -> counts.merge(job.status(), -1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach(
        (status, count) -> {
          if (count > 0) {
            parts.add(count + " " + status);
          }
        });
    return "and " + String.join(", ", parts);
  }

  private static String status(JobReport report) {
    String sent = report.statusText();
    return report.status() == JobStatus.UNKNOWN && sent != null && !sent.isBlank()
        ? "UNKNOWN (" + word(sent) + ")"
        : report.status().name();
  }

  private static String times(JobReport report) {
    Instant begin = report.beginTime();
    Instant end = report.endTime();
    if (begin == null) {
      return "";
    }
    if (!report.status().isFinished() || end == null || end.isBefore(begin)) {
      return ", began " + begin;
    }
    return ", took " + readable(Duration.between(begin, end));
  }

  private static String readable(Duration duration) {
    long minutes = duration.toMinutes();
    int millis = duration.toMillisPart();
    String fraction = millis == 0 ? "" : String.format(Locale.ROOT, ".%03d", millis);
    String seconds = duration.toSecondsPart() + fraction + " s";
    return minutes == 0 ? seconds : minutes + " min " + seconds;
  }

  private static void appendWord(StringBuilder line, @Nullable String text) {
    if (text != null) {
      line.append(' ').append(word(text));
    }
  }

  private static String word(String text) {
    return SafeText.printable(text, LONGEST_WORD);
  }
}
