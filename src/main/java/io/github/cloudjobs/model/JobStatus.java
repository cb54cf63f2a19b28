package io.github.cloudjobs.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a job stands. A service may say a word that is not here: that is {@link #UNKNOWN}, and {@link
 * JobReport#statusText()} keeps the word.
 */
public enum JobStatus {
  /** Accepted, not begun. */
  INIT,
  /**
   * Waits for an order to be paid; it does not end by itself, not even when the order is cancelled.
   */
  PENDING_PAYMENT,
  /** Under way; also what ELB's documentation spells {@code RUNNIGN}. */
  RUNNING,
  /** Ended well. */
  SUCCESS,
  /** Ended badly; {@link Job#failures()} tells why. */
  FAIL,
  /** Absent, empty, or a word this library does not know: neither done nor failed. */
  UNKNOWN;

  /** True for {@link #SUCCESS} and {@link #FAIL}, after which a job changes no more. */
  public boolean isFinished() {
    return this == SUCCESS || this == FAIL;
  }

  /** Reads a status as services write it: any case, with blanks around it, misspelt. */
  static JobStatus read(@Nullable String text) {
    if (text == null) {
      return UNKNOWN;
    }
    JobStatus known = ofWord(text);
    return known == UNKNOWN ? ofWord(text.strip().toUpperCase(Locale.ROOT)) : known;
  }

  private static JobStatus ofWord(String word) {
    return switch (word) {
      case "SUCCESS", "COMPLETE", "COMPLETED" -> SUCCESS;
      case "FAIL", "FAILED" -> FAIL;
      case "RUNNING", "RUNNIGN" -> RUNNING;
      case "INIT" -> INIT;
      case "PENDING_PAYMENT" -> PENDING_PAYMENT;
      default -> UNKNOWN;
    };
  }
}
