package io.github.cloudjobs.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the values of a job as lines that a person can compare with its body:
 *
 * <pre>
 * SUCCESS "SUCCESS" createServer 2c9eb2c5544cbf6101544f0602af2b4f
 *   time BEGIN .. END
 *   error CODE: REASON
 *   innermost CODE: MESSAGE
 *   query CODE: MESSAGE
 *   entities KEY KEY
 *   names KEY=ID,ID
 *   progress SHARE TASK SUB-JOB
 *   more KEY KEY
 *   sub-jobs READ of TOTAL
 *     SUCCESS "SUCCESS" createSingleServer 2c9eb2c5544cbf6101544f0635672b60
 * </pre>
 *
 * A hyphen is null; a line of hyphens is left out.
 */
final class JobFacts {
  private final List<String> lines = new ArrayList<>();

  private JobFacts() {}

  static String of(Job job) {
    JobFacts facts = new JobFacts();
    facts.report(job, "");
    return String.join("\n", facts.lines);
  }

  /** Splits a file of such facts, each under a line {@code == NAME}. */
  static Map<String, String> table(String text) {
    Map<String, String> table = new LinkedHashMap<>();
    Arrays.stream(text.split("(?m)^== "))
        .skip(1)
        .forEach(
            block -> {
              int end = block.indexOf('\n');
              table.put(block.substring(0, end).strip(), block.substring(end).strip());
            });
    return table;
  }

  private void report(JobReport report, String margin) {
    String text = report.statusText();
    String shown = text != null && text.startsWith("{") ? "(object)" : "\"" + text + "\"";
    String status = report.status() + " " + (text == null ? "-" : shown);
    lines.add(margin + status + " " + or(report.jobType()) + " " + or(report.jobId()));
    String inner = margin + "  ";
    add(inner, "time", " .. ", report.beginTime(), report.endTime());
    add(inner, "error", ": ", report.errorCode(), report.failReason());
    report.failures().stream()
        .findFirst()
        .filter(failure -> JobError.hasFailed(report))
        .ifPresent(
            own -> add(inner, "innermost", ": ", own.innermostCode(), own.innermostMessage()));
    if (report instanceof Job job) {
      add(inner, "query", ": ", job.code(), job.message());
    }
    addAll(inner, "entities", report.entities().keys().stream().toList());
    addAll(
        inner,
        "names",
        ResourceIds.of(List.of(report), null).entrySet().stream()
            .map(under -> under.getKey() + "=" + String.join(",", under.getValue()))
            .toList());
    add(inner, "progress", " ", report.progress(), report.currentTask(), report.subJobId());
    addAll(inner, "more", List.copyOf(report.additional().keySet()));
    if (report.subJobsTotal() > 0) {
      lines.add(inner + "sub-jobs " + report.subJobs().size() + " of " + report.subJobsTotal());
    }
    report.subJobs().forEach(subJob -> report(subJob, inner + "  "));
  }

  private void add(String margin, String name, String between, Object... values) {
    if (Arrays.stream(values).anyMatch(value -> value != null)) {
      List<String> texts = Arrays.stream(values).map(JobFacts::or).toList();
      lines.add(margin + name + " " + String.join(between, texts));
    }
  }

  private void addAll(String margin, String name, List<String> values) {
    if (!values.isEmpty()) {
      List<String> quoted =
          values.stream().map(value -> value.contains(" ") ? "\"" + value + "\"" : value).toList();
      lines.add(margin + name + " " + String.join(" ", quoted));
    }
  }

  private static String or(Object value) {
    return value == null ? "-" : value.toString();
  }
}
