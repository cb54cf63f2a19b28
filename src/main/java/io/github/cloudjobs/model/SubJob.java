package io.github.cloudjobs.model;

import java.util.Set;

/** A part of a job, with the same accessors; it may have sub-jobs of its own. Immutable. */
public final class SubJob extends JobReport {
  SubJob(ReportFields found) {
    super(found);
  }

  @Override
  Set<String> furtherKeys() {
    return Set.of();
  }

  @Override
  int wrapper() {
    return JsonBytes.ABSENT;
  }
}
