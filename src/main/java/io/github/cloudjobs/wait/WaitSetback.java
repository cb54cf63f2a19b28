package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;

/**
 * How a wait stands after a poll that brought no good answer. Immutable. Made by the library; the
 * constructor is for tests of listeners, and no part of the promise.
 *
 * @param service whose job is waited for, by {@code JobsService.name()}
 * @param ref which job is waited for
 * @param error what the poll brought instead; of one that was throttled a {@link
 *     io.github.cloudjobs.error.ThrottledException}, which has the service's {@code Retry-After}
 * @param inARow how many of its kind, borne or throttled, this one included, since the last good
 *     answer; an error that is borne ends a row of throttled ones
 * @param polls how many polls this wait has made; of one that was resumed, those before too
 * @param elapsed since the wait began; of one that was resumed, since it first began
 * @param nextPollIn until the next poll; zero if this was the last
 */
public record WaitSetback(
    String service,
    JobRef ref,
    JobsException error,
    int inARow,
    int polls,
    Duration elapsed,
    Duration nextPollIn) {}
