package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import java.util.ArrayList;
import java.util.List;

/**
 * What has gone wrong since the last good answer. Immutable.
 *
 * @param errors how many answers in a row were lost or unreadable
 * @param throttles how many answers in a row asked for fewer polls
 * @param missingSince when the service's first 404 came; less than zero if none did
 * @param unknownHosts how many polls in a row, before any response, found no address for the host
 * @param unknownHostSince when the first of these failed
 * @param borne the latest errors, the oldest first
 */
record Setbacks(
    int errors,
    int throttles,
    long missingSince,
    int unknownHosts,
    long unknownHostSince,
    List<JobsException> borne) {
  static final long NOT_MISSING = -1;
  static final Setbacks NONE = new Setbacks(0, 0, NOT_MISSING, 0, 0, List.of());

  /** Enough to see what went wrong; a wait of a day must not gather a day's errors. */
  private static final int MOST_BORNE = 10;

  Setbacks met(JobsException error) {
    List<JobsException> all = new ArrayList<>(borne);
    all.add(error);
    List<JobsException> latest =
        List.copyOf(all.subList(Math.max(0, all.size() - MOST_BORNE), all.size()));
    return new Setbacks(errors, throttles, missingSince, 0, 0, latest);
  }

  Setbacks lost() {
    return new Setbacks(errors + 1, 0, missingSince, 0, 0, borne);
  }

  Setbacks throttled() {
    return new Setbacks(errors, throttles + 1, missingSince, 0, 0, borne);
  }

  Setbacks missing(long since) {
    return new Setbacks(errors, throttles, since, 0, 0, borne);
  }

  Setbacks unknownHost(JobsException error, long at) {
    long since = unknownHosts == 0 ? at : unknownHostSince;
    return new Setbacks(errors + 1, 0, missingSince, unknownHosts + 1, since, met(error).borne);
  }
}
