package io.github.cloudjobs.testing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that a {@link SimulatedJobs} received.
 *
 * @param at the time by the clock of the simulation
 * @param method such as {@code GET}
 * @param path percent-encoded, without the query
 * @param jobId the id in the path; null if the path is not that of a job
 * @param status the status of the response; 0 if the connection was closed without one
 */
public record ReceivedPoll(
    Instant at, String method, String path, @Nullable String jobId, int status) {}
