package io.github.cloudjobs.model;

import java.io.IOException;

/** A part of a job, with the same accessors; it may have sub-jobs itself. Immutable. */
public final class SubJob extends JobReport {
  /** Reads the object at the reader. */
  SubJob(JobReader in) throws IOException {
    super(in);
  }
}
