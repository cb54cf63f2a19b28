package io.github.cloudjobs.model;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a job or sub-job. All texts are as sent, not made safe to print.
 *
 * @param errorCode such as {@code Ecs.0204}; null if there is none, {@code 0} included
 * @param reason the reason as sent, from any of the keys of {@link JobReport#failures()}
 * @param innermostCode the code beside {@code innermostMessage}, {@code 403} of {@code
 *     {"forbidden": {"code": 403, "message": …}}}, or else the last one before it, {@code
 *     SDRS.0011} of {@code ExtendTask-fail:SDRS.0011:no quota}
 * @param innermostMessage the innermost message in the JSON within {@code errorcode_message} or the
 *     reason, or else the reason without the names of tasks and codes before it
 * @param entityIds the ids in the entities of this job, without its sub-jobs, by key as in {@link
 *     JobReport#resourceIds()}: half-made resources are among them. Unmodifiable
 */
public record JobFailure(
    @Nullable String jobId,
    @Nullable String jobType,
    @Nullable String errorCode,
    @Nullable String reason,
    @Nullable String innermostCode,
    @Nullable String innermostMessage,
    @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, List<String>> entityIds) {
  /** Creates a failure with a copy of the ids. */
  public JobFailure {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    entityIds.forEach((key, ids) -> copy.put(key, List.copyOf(ids)));
    entityIds = Collections.unmodifiableMap(copy);
  }
}
