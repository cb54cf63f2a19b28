package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides the pause before the next poll from the age of the job, so that a wait that starts late,
 * or is resumed, polls like one that was there from the beginning.
 *
 * <p>An implementation is called from any thread. One that throws, or returns null or a negative
 * duration, ends the wait with a {@link JobPollException}. Pauses of less than 10 ms are raised to
 * 10 ms.
 */
@FunctionalInterface
public interface PollSchedule {
  /**
   * Returns the pause between a response and the next poll.
   *
   * @param jobAge zero or more: the time since the job's {@code begin_time} by the server's clock,
   *     or else since it was submitted, or else since the wait began
   * @param last the job as last reported; null before the first successful poll
   * @return zero or more
   */
  Duration nextDelay(Duration jobAge, @Nullable Job last);

  /**
   * Returns how much a pause is lengthened or shortened at most, as a fraction of it: 0.2 means ±20
   * %. From 0, the default, to below 1. The change looks random, but is the same for the same job
   * at the same age.
   */
  default double jitter() {
    return 0;
  }

  /**
   * The default: 15 % of the job's age, from 1 s to 15 s, ±20 %. For a job of more than 15 minutes
   * the longest pause is a sixtieth of its age, and never more than 2 minutes. An end is noticed at
   * most 18 % of the job's age late, or 1.2 s for a young job. A job that waits for payment is
   * polled at the longest pause.
   */
  static PollSchedule balanced() {
    return AgeSchedule.BALANCED;
  }

  /** 10 % of the job's age, from 1 s to 10 s, ±20 %: sooner, for about 1.4 times the requests. */
  static PollSchedule eager() {
    return AgeSchedule.EAGER;
  }

  /** 25 % of the job's age, from 2 s to 30 s, ±20 %: later, for about 0.6 times the requests. */
  static PollSchedule frugal() {
    return AgeSchedule.FRUGAL;
  }

  /**
   * A constant pause, without jitter.
   *
   * @throws IllegalArgumentException unless it is more than zero
   */
  static PollSchedule fixed(Duration delay) {
    return AgeSchedule.fixed(delay);
  }

  /**
   * Pauses that grow in proportion to the job's age: {@code first + (factor − 1) · age}, at least
   * {@code first} and at most {@code max}; a factor of 2 doubles them from poll to poll.
   *
   * @param max also the pause for a job that waits for payment
   * @throws IllegalArgumentException unless {@code first} is more than zero, {@code factor} at
   *     least 1 and finite, and {@code max} at least {@code first}
   */
  static PollSchedule exponential(Duration first, double factor, Duration max) {
    return AgeSchedule.exponential(first, factor, max);
  }

  /**
   * Parses the {@code toString()} of the schedules above, for settings files: {@code balanced},
   * {@code eager}, {@code frugal}, {@code fixed PT10S}, {@code exponential PT1S 1.5 PT30S}.
   *
   * @throws IllegalArgumentException if the schedule is unknown, or a value cannot be parsed
   */
  static PollSchedule parse(String text) {
    String[] words = text.strip().split("\\s+", -1);
    for (PollSchedule named : List.of(balanced(), eager(), frugal())) {
      if (words.length == 1 && words[0].equals(named.toString())) {
        return named;
      }
    }
    try {
      if (words.length == 2 && words[0].equals("fixed")) {
        return fixed(Duration.parse(words[1]));
      }
      if (words.length == 4 && words[0].equals("exponential")) {
        double factor = Double.parseDouble(words[2]);
        return exponential(Duration.parse(words[1]), factor, Duration.parse(words[3]));
      }
    } catch (DateTimeParseException | NumberFormatException wrong) {
      // reported below
    }
    throw new IllegalArgumentException(
        "unknown schedule: "
            + SafeText.excerpt(text)
            + "; durations have the form PT10S and factors the form 1.5");
  }
}
