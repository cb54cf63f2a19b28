package io.github.cloudjobs.model;

import org.jspecify.annotations.Nullable;

/**
 * One failure of a job or sub-job. All texts are as the service sent them, not made safe to print.
 *
 * @param jobId the id of the job that failed; null if it has none
 * @param jobType what that job was to do; null if it is not said
 * @param errorCode such as {@code Ecs.0204}; null if there is none
 * @param reason the whole reason as sent; null if there is none
 * @param innermostMessage what the service at the bottom said, dug out of the JSON within {@code
 *     errorcode_message} or the reason, or else the reason without the names of tasks and codes
 *     before it; null if nothing says why
 */
public record JobFailure(
    @Nullable String jobId,
    @Nullable String jobType,
    @Nullable String errorCode,
    @Nullable String reason,
    @Nullable String innermostMessage) {}
