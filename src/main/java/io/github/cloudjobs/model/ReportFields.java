package io.github.cloudjobs.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of a job or sub-job while it is read: its status and the positions of the values
 * that a wait needs at each poll. All others are searched for. Not changed once it is read.
 */
final class ReportFields {
  /** The position of an absent value. */
  static final int ABSENT = -1;

  final byte[] document;
  final int start;

  JobStatus status = JobStatus.UNKNOWN;
  int statusText = ABSENT;
  int jobId = ABSENT;
  int id = ABSENT;
  int jobType = ABSENT;
  int beginTime = ABSENT;
  int endTime = ABSENT;

  /** The document of the entities: another one if they are a string of JSON. */
  byte[] entitiesDocument;

  int entities = ABSENT;
  List<SubJob> subJobs = List.of();

  /** {@code sub_jobs_total}; negative if it is absent or no number. */
  int subJobsTotal = -1;

  ReportFields(byte[] document, int start) {
    this.document = document;
    this.start = start;
    this.entitiesDocument = document;
  }

  /** The job's own object. */
  JsonValue object() {
    return new JsonValue(document, start);
  }

  /** Returns the text of the value at a position, an empty one included. */
  @Nullable String text(int at) {
    return at == ABSENT ? null : new JsonValue(document, at).text();
  }

  /** Returns the same, but null for an empty text. */
  @Nullable String filledText(int at) {
    return at == ABSENT ? null : new JsonValue(document, at).filledText();
  }

  /** Takes {@code id} for the id of a sub-job whose {@code job_id} is absent or its parent's. */
  void preferIdTo(@Nullable String parentId) {
    String jobIdText = id == ABSENT ? null : filledText(jobId);
    boolean isParents = jobIdText == null || jobIdText.equals(parentId);
    if (isParents && filledText(id) != null && !new JsonValue(document, id).isContainer()) {
      jobId = id;
    }
  }
}
