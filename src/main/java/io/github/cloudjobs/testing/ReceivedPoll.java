package io.github.cloudjobs.testing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that a {@link SimulatedJobs} received.
 *
 * @param at when, in the time that its jobs go by
 * @param method such as {@code GET}
 * @param path as it was sent, without the query
 * @param jobId the job that was asked for; null if the path is none of a job
 * @param status what was answered; 0 if the connection was closed without an answer
 */
public record ReceivedPoll(
    Instant at, String method, String path, @Nullable String jobId, int status) {}
