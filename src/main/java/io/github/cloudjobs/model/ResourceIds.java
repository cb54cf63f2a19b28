package io.github.cloudjobs.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects ids from the entities of jobs, each once. */
final class ResourceIds {
  /** Keys of ids, except of those that a clean-up could not delete. */
  private static final Pattern RESOURCE =
      Pattern.compile(
          "(?s)(?!((enterprise_)?project|tenant|domain|user|request|order|product)_id$"
              + "|(sub_)?job_ids?$).*_ids?");

  private final Map<String, Set<String>> ids = new LinkedHashMap<>();

  /** The only key, wherever it is; null for all keys of resources. */
  private final @Nullable String only;

  private ResourceIds(@Nullable String only) {
    this.only = only;
  }

  /** Returns the ids in the entities of the reports, in their order. */
  static Map<String, List<String>> of(List<JobReport> reports, @Nullable String only) {
    ResourceIds collector = new ResourceIds(only);
    for (JobReport report : reports) {
      collector.collect(report.entities());
    }
    Map<String, List<String>> found = new LinkedHashMap<>();
    collector.ids.forEach((key, under) -> found.put(key, List.copyOf(under)));
    return Collections.unmodifiableMap(found);
  }

  private void collect(Entities entities) {
    Map<String, JsonValue> fields = entities.value().fields();
    fields.remove("sub_jobs"); // sub-jobs are reports of their own
    fields.remove("sub_jobs_result");
    fields.forEach(this::collect);
    entities.value().elements().forEach(this::collect);
  }

  private void collect(JsonValue in) {
    in.elements().forEach(this::collect);
    in.fields().forEach(this::collect);
  }

  private void collect(String key, JsonValue value) {
    if (only == null ? RESOURCE.matcher(key).matches() : only.equals(key)) {
      add(key, value);
    }
    JsonValue elb = only == null && key.equals("elb") ? value.get("id") : null;
    if (elb != null) {
      add("elb_id", elb);
    }
    if (only != null || !value.isObject()) { // an object within an object is a detail
      collect(value);
    }
  }

  private void add(String key, JsonValue value) {
    value.elements().forEach(element -> add(key, element));
    String id = value.isString() || value.isNumber() ? value.text() : null;
    if (id != null && !id.isBlank()) {
      ids.computeIfAbsent(key, absent -> new LinkedHashSet<>()).add(id);
    }
  }
}
