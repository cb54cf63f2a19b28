package io.github.cloudjobs.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One failure of a job or sub-job. All texts are as the service sent them, not made safe to print.
 *
 * @param jobId the id of the job that failed; null if it has none
 * @param jobType what that job was to do; null if it is not said
 * @param errorCode such as {@code Ecs.0204}; null if there is none, {@code 0} included
 * @param reason the whole reason as sent, under whichever name ({@link JobReport#failures()}); null
 *     if there is none
 * @param innermostCode the code of what the service at the bottom said: the one beside {@code
 *     innermostMessage}, {@code 403} of {@code {"forbidden": {"code": 403, "message": …}}}, or else
 *     the last one before it, {@code SDRS.0011} of {@code ExtendTask-fail:SDRS.0011:no quota}; null
 *     if there is none
 * @param innermostMessage what the service at the bottom said, dug out of the JSON within {@code
 *     errorcode_message} or the reason, or else the reason without the names of tasks and codes
 *     before it; null if nothing says why
 * @param entityIds the ids of the resources that this job names, without those of its sub-jobs, by
 *     key as in {@link JobReport#resourceIds()}; what was half made when it failed is among them.
 *     Unmodifiable, empty if there are none
 */
public record JobFailure(
    @Nullable String jobId,
    @Nullable String jobType,
    @Nullable String errorCode,
    @Nullable String reason,
    @Nullable String innermostCode,
    @Nullable String innermostMessage,
    Map<String, List<String>> entityIds) {
  /** Creates a failure; the ids are copied. */
  public JobFailure {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    entityIds.forEach((key, ids) -> copy.put(key, List.copyOf(ids)));
    entityIds = Collections.unmodifiableMap(copy);
  }
}
