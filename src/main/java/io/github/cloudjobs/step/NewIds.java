package io.github.cloudjobs.step;

import io.github.cloudjobs.model.Job;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ids of resources that a job did not name before. Pure. */
public final class NewIds {
  private NewIds() {}

  /** Returns those that {@code now} names and {@code before} does not; empty if there are none. */
  public static Map<String, List<String>> between(@Nullable Job before, Job now) {
    Map<String, List<String>> known = before == null ? Map.of() : before.resourceIds();
    Map<String, List<String>> fresh = new LinkedHashMap<>();
    now.resourceIds()
        .forEach(
            (key, ids) -> {
              Set<String> added = new LinkedHashSet<>(ids);
              known.getOrDefault(key, List.of()).forEach(added::remove);
              if (!added.isEmpty()) {
                fresh.put(key, List.copyOf(added));
              }
            });
    return Collections.unmodifiableMap(fresh);
  }
}
