package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;

/**
 * A poll that did not return the job, and the state of the wait after it. The constructor is for
 * tests of listeners and may change.
 *
 * @param service the service's {@code JobsService.name()}
 * @param error a {@link io.github.cloudjobs.error.ThrottledException} if the poll was throttled
 * @param consecutive the number of failed polls, or of throttled polls, since the last successful
 *     poll, this one included; a failed poll restarts the count of throttled ones
 * @param polls the number of polls of this wait so far, those before a resume included
 * @param elapsed since the wait first began
 * @param nextPollIn until the next poll; zero if this was the last
 */
public record PollFailure(
    String service,
    JobRef ref,
    JobsException error,
    int consecutive,
    int polls,
    Duration elapsed,
    Duration nextPollIn) {}
