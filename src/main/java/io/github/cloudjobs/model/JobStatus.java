package io.github.cloudjobs.model;

import java.util.Locale;

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

  private static final JobStatus[] KNOWN = {SUCCESS, RUNNING, FAIL, INIT};

  /** True for {@link #SUCCESS} and {@link #FAIL}, the final statuses. */
  public boolean isFinished() {
    return this == SUCCESS || this == FAIL;
  }

  /** Reads a status in any case, with blanks around it, or misspelled. */
  static JobStatus of(JsonValue sent) {
    for (JobStatus status : KNOWN) {
      if (sent.isWord(status.name())) {
        return status;
      }
    }
    String text = sent.text();
    if (text == null) {
      return UNKNOWN;
    }
    return switch (text.strip().toUpperCase(Locale.ROOT)) {
      case "SUCCESS", "COMPLETE", "COMPLETED" -> SUCCESS;
      case "FAIL", "FAILED" -> FAIL;
      case "RUNNING", "RUNNIGN" -> RUNNING;
      case "INIT" -> INIT;
      case "PENDING_PAYMENT" -> PENDING_PAYMENT;
      default -> UNKNOWN;
    };
  }
}
