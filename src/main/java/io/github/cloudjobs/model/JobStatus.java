package io.github.cloudjobs.model;

import java.util.Locale;
import java.util.Map;

/** The status of a job. Any word that is not here is {@link #UNKNOWN}. */
public enum JobStatus {
  /** Accepted, not started. */
  INIT,
  /** Waits for the payment of an order; never ends by itself, even if the order is cancelled. */
  PENDING_PAYMENT,
  /** Running; also {@code RUNNIGN}, as ELB documents it. */
  RUNNING,
  /** Ended with success. */
  SUCCESS,
  /** Ended with failure; see {@link Job#failures()}. */
  FAIL,
  /** Absent, empty or an unknown word, as {@link JobReport#statusText()}: not ended. */
  UNKNOWN;

  private static final JobStatus[] ALL = values();
  private static final Map<String, JobStatus> SYNONYMS =
      Map.of("COMPLETE", SUCCESS, "COMPLETED", SUCCESS, "FAILED", FAIL, "RUNNIGN", RUNNING);

  /** True for {@link #SUCCESS} and {@link #FAIL}, the final statuses. */
  public boolean isFinished() {
    return this == SUCCESS || this == FAIL;
  }

  /** Reads a status in any case, with blanks around it, or misspelled. */
  static JobStatus of(JsonValue sent) {
    for (JobStatus status : ALL) {
      if (sent.isWord(status.name())) {
        return status;
      }
    }
    String text = sent.text();
    String word = text == null ? "" : text.strip().toUpperCase(Locale.ROOT);
    for (JobStatus status : ALL) {
      if (word.equals(status.name())) {
        return status;
      }
    }
    return SYNONYMS.getOrDefault(word, UNKNOWN);
  }
}
