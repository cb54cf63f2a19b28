package io.github.cloudjobs.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Collects ids from the entities of jobs, each once. */
final class ResourceIds {
  /** Their ids are read from the sub-jobs themselves. */
  private static final Set<String> SUB_JOBS = Set.of("sub_jobs", "sub_jobs_result");

  /** Keys of ids that a clean-up could not delete. */
  private static final Pattern NO_RESOURCE =
      Pattern.compile(
          "(project|enterprise_project|tenant|domain|user|request|order|product)_id"
              + "|(sub_)?job_ids?");

  private final Map<String, Set<String>> ids = new LinkedHashMap<>();
  private final Predicate<String> wanted;
  private final boolean anywhere;

  private ResourceIds(Predicate<String> wanted, boolean anywhere) {
    this.wanted = wanted;
    this.anywhere = anywhere;
  }

  static Map<String, List<String>> of(Entities entities) {
    ResourceIds collector = new ResourceIds(ResourceIds::isResource, false);
    collector.collect(entities);
    return collector.found();
  }

  /** Returns the resource ids of a job and of its sub-jobs, depth first. */
  static Map<String, List<String>> ofAll(JobReport report) {
    ResourceIds collector = new ResourceIds(ResourceIds::isResource, false);
    report.visit(each -> collector.collect(each.entities()));
    return collector.found();
  }

  /** Returns the ids under one key, wherever it is, of a job and of its sub-jobs, depth first. */
  static List<String> ofKey(JobReport report, String key) {
    ResourceIds collector = new ResourceIds(key::equals, true);
    report.visit(each -> collector.collect(each.entities()));
    return collector.found().getOrDefault(key, List.of());
  }

  private static boolean isResource(String key) {
    return (key.endsWith("_id") || key.endsWith("_ids")) && !NO_RESOURCE.matcher(key).matches();
  }

  private Map<String, List<String>> found() {
    Map<String, List<String>> found = new LinkedHashMap<>();
    ids.forEach((key, under) -> found.put(key, List.copyOf(under)));
    return Collections.unmodifiableMap(found);
  }

  private void collect(Entities entities) {
    Map<String, JsonValue> fields = entities.value().fields();
    fields.keySet().removeAll(SUB_JOBS);
    fields.forEach(this::collect);
    entities.value().elements().forEach(this::collect);
  }

  private void collect(JsonValue in) {
    in.elements().forEach(this::collect);
    in.fields().forEach(this::collect);
  }

  private void collect(String key, JsonValue value) {
    if (wanted.test(key)) {
      add(key, value);
    }
    JsonValue elb = anywhere || !key.equals("elb") ? null : value.get("id");
    if (elb != null) {
      add("elb_id", elb);
    }
    if (anywhere || !value.isObject()) { // an object within an object is a detail
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
