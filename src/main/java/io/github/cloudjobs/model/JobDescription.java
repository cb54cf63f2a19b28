package io.github.cloudjobs.model;

import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** The text of {@link JobReport#describe} and {@code toString}; a running job has no duration. */
final class JobDescription {
  private static final int MAX_SUB_JOBS = 50;
  private static final int MAX_IDS = 20;
  private static final int MAX_WORD = 80; // a UUID has 36 characters
  private static final int MAX_REASON = 2_000;

  private final StringJoiner lines = new StringJoiner("\n");

  private JobDescription() {}

  static String of(JobReport report) {
    JobDescription description = new JobDescription();
    description.report(report, "");
    return description.lines.toString();
  }

  static String headline(JobReport report) {
    String line = status(report);
    line += report.jobType() == null ? "" : " " + word(report.jobType());
    line += report.jobId() == null ? "" : " " + word(report.jobId());
    List<SubJob> all = report.subJobs();
    int total = report.subJobsTotal();
    if (total > 0) {
      int ended = count(all, JobStatus.SUCCESS) + count(all, JobStatus.FAIL);
      line += ", " + ended + "/" + total + " sub-jobs ended";
    }
    Double progress = report.status().isFinished() ? null : report.progress();
    return progress == null ? line : line + ", " + Math.round(progress * 100) + " % done";
  }

  private void report(JobReport report, String indent) {
    lines.add(indent + headline(report) + times(report));
    String inner = indent + "  ";
    JobFailure failure = JobError.failure(report);
    if (failure != null) {
      failure(failure, inner);
    }
    int ids = 0;
    for (Map.Entry<String, List<String>> of : ResourceIds.of(List.of(report), null).entrySet()) {
      for (String id : of.getValue()) {
        if (ids < MAX_IDS) {
          lines.add(inner + word(of.getKey()) + " " + word(id));
        }
        ids++;
      }
    }
    List<SubJob> all = report.subJobs();
    List<SubJob> shown = all.size() <= MAX_SUB_JOBS ? all : mostImportant(all);
    for (SubJob subJob : shown) {
      report(subJob, inner);
    }
    String others = "";
    for (JobStatus status : JobStatus.values()) {
      int count = count(all, status) - count(shown, status);
      others += count == 0 ? "" : (others.isEmpty() ? "and " : ", ") + count + " " + status;
    }
    if (!others.isEmpty()) {
      lines.add(inner + others);
    }
  }

  private void failure(JobFailure failure, String indent) {
    String code = failure.errorCode();
    String reason = failure.reason();
    String message = failure.innermostMessage();
    String error = code == null ? "" : code;
    error += reason == null || code == null ? "" : ": ";
    error += reason == null ? "" : reason;
    if (!error.isEmpty()) {
      lines.add(indent + "error " + SafeText.printable(error, MAX_REASON));
    }
    if (message != null && !message.equals(reason)) {
      lines.add(indent + "because " + SafeText.printable(message, MAX_REASON));
    }
  }

  private static int count(List<SubJob> all, JobStatus status) {
    return (int) all.stream().filter(subJob -> subJob.status() == status).count();
  }

  /** Returns those that failed, themselves or a part of them, and then those not ended. */
  private static List<SubJob> mostImportant(List<SubJob> all) {
    Stream<SubJob> failed = all.stream().filter(subJob -> !subJob.failures().isEmpty());
    Stream<SubJob> open =
        all.stream()
            .filter(subJob -> subJob.status() != JobStatus.SUCCESS && subJob.failures().isEmpty());
    return Stream.concat(failed, open).limit(MAX_SUB_JOBS).toList();
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

  private static String word(String text) {
    return SafeText.printable(text, MAX_WORD);
  }
}
