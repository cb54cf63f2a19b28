package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers the ids of resources from entities, by the keys they stand under. */
final class ResourceIds {
  /** Who asked and what was ordered: nothing that a clean-up could delete. */
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

  /** Those of one job alone. */
  static Map<String, List<String>> of(Entities entities) {
    ResourceIds gatherer = new ResourceIds();
    gatherer.entities(entities);
    return gatherer.found();
  }

  /** Those of a job and then of its sub-jobs, depth first. */
  static Map<String, List<String>> ofAll(JobReport report) {
    ResourceIds gatherer = new ResourceIds();
    gatherer.report(report);
    return gatherer.found();
  }

  private Map<String, List<String>> found() {
    Map<String, List<String>> found = new LinkedHashMap<>();
    ids.forEach((key, under) -> found.put(key, List.copyOf(under)));
    return Collections.unmodifiableMap(found);
  }

  private void report(JobReport report) {
    entities(report.entities());
    report.subJobs().forEach(this::report);
  }

  private void entities(Entities entities) {
    try (JsonParser parser = entities.source().parserAt(entities.start())) {
      parser.nextToken();
      objects(parser);
    } catch (IOException e) {
      throw JsonBytes.neverBefore(e);
    }
  }

  /** Looks into an object, or into those of an array; the objects within an object are details. */
  private void objects(JsonParser parser) throws IOException {
    if (parser.hasToken(JsonToken.START_OBJECT)) {
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        parser.nextToken();
        field(key, parser);
      }
    } else if (parser.hasToken(JsonToken.START_ARRAY)) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        objects(parser);
      }
    }
  }

  private void field(String key, JsonParser parser) throws IOException {
    if (JobIds.SUB_JOBS.contains(key)) {
      parser.skipChildren(); // their ids come from the sub-jobs read from them
    } else if (isResource(key)) {
      values(key, parser);
    } else if (key.equals("elb") && parser.hasToken(JsonToken.START_OBJECT)) {
      loadBalancer(parser);
    } else if (parser.hasToken(JsonToken.START_ARRAY)) {
      objects(parser);
    } else {
      parser.skipChildren();
    }
  }

  private static boolean isResource(String key) {
    return (key.endsWith("_id") || key.endsWith("_ids")) && !NO_RESOURCES.contains(key);
  }

  private void values(String key, JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values(key, parser);
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT -> add(key, parser.getText());
      default -> parser.skipChildren();
    }
  }

  private void loadBalancer(JsonParser parser) throws IOException {
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      if (key.equals("id")) {
        values("elb_id", parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void add(String key, String id) {
    if (!id.isBlank()) {
      ids.computeIfAbsent(key, absent -> new LinkedHashSet<>()).add(id);
    }
  }
}
