package io.github.cloudjobs.model;

/** A part of a job, with the same accessors; it may have sub-jobs itself. Immutable. */
public final class SubJob extends JobReport {
  SubJob(JobReader.Fields fields) {
    super(fields);
  }
}
