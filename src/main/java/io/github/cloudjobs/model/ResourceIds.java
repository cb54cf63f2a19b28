package io.github.cloudjobs.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects ids from the entities of jobs, each once. */
final class ResourceIds {
  /** Their ids are read from the sub-jobs themselves. */
  private static final Set<String> SUB_JOBS = Set.of("sub_jobs", "sub_jobs_result");

  /** Keys of ids that a clean-up could not delete. */
  private static final Set<String> NO_RESOURCES =
      Set.of(
          "project_id",
          "enterprise_project_id",
          "tenant_id",
          "domain_id",
          "user_id",
          "job_id",
          "job_ids",
          "sub_job_id",
          "sub_job_ids",
          "request_id",
          "order_id",
          "product_id");

  private final Map<String, Set<String>> ids = new LinkedHashMap<>();

  private ResourceIds() {}

  /** Returns the resource ids of one job without its sub-jobs, by key. */
  static Map<String, List<String>> of(Entities entities) {
    ResourceIds collector = new ResourceIds();
    collector.resources(entities.value());
    return collector.found();
  }

  /** Returns the resource ids of a job and of its sub-jobs, depth first. */
  static Map<String, List<String>> ofAll(JobReport report) {
    ResourceIds collector = new ResourceIds();
    report.visit(each -> collector.resources(each.entities().value()));
    return collector.found();
  }

  /** Returns the ids under one key, wherever it is, of a job and of its sub-jobs, depth first. */
  static List<String> ofKey(JobReport report, String key) {
    ResourceIds collector = new ResourceIds();
    report.visit(each -> collector.searchEntities(each.entities().value(), key));
    return collector.found().getOrDefault(key, List.of());
  }

  private Map<String, List<String>> found() {
    Map<String, List<String>> found = new LinkedHashMap<>();
    ids.forEach((key, under) -> found.put(key, List.copyOf(under)));
    return Collections.unmodifiableMap(found);
  }

  private void searchEntities(JsonValue entities, String key) {
    Map<String, JsonValue> fields = entities.fields();
    fields.keySet().removeAll(SUB_JOBS);
    fields.forEach((name, value) -> search(value, key, name.equals(key)));
    entities.elements().forEach(element -> search(element, key, false));
  }

  private void search(JsonValue in, String key, boolean wanted) {
    in.fields().forEach((name, value) -> search(value, key, name.equals(key)));
    in.elements().forEach(element -> search(element, key, wanted));
    if (wanted) {
      add(key, in);
    }
  }

  /** Reads an object, or each object of an array; objects within an object are details. */
  private void resources(JsonValue in) {
    in.fields().forEach(this::resource);
    in.elements().forEach(this::resources);
  }

  private void resource(String key, JsonValue value) {
    if (isResource(key)) {
      addAll(key, value);
    } else if (key.equals("elb") && value.isObject()) {
      JsonValue id = value.get("id");
      if (id != null) {
        addAll("elb_id", id);
      }
    } else if (!SUB_JOBS.contains(key)) {
      value.elements().forEach(this::resources);
    }
  }

  private static boolean isResource(String key) {
    return (key.endsWith("_id") || key.endsWith("_ids")) && !NO_RESOURCES.contains(key);
  }

  private void addAll(String key, JsonValue value) {
    value.elements().forEach(element -> addAll(key, element));
    add(key, value);
  }

  private void add(String key, JsonValue value) {
    String id = value.isString() || value.isNumber() ? value.text() : null;
    if (id != null && !id.isBlank()) {
      ids.computeIfAbsent(key, absent -> new LinkedHashSet<>()).add(id);
    }
  }
}
