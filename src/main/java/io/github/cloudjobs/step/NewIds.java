package io.github.cloudjobs.step;

import io.github.cloudjobs.model.Job;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
              List<String> added = new ArrayList<>(ids);
              added.removeAll(known.getOrDefault(key, List.of()));
              if (!added.isEmpty()) {
                fresh.put(key, Collections.unmodifiableList(added));
              }
            });
    return Collections.unmodifiableMap(fresh);
  }
}
