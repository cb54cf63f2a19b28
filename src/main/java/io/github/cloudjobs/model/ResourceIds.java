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
import org.jspecify.annotations.Nullable;

/** Collects ids from the entities of jobs. */
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
  private final @Nullable String wantedKey;

  private ResourceIds(@Nullable String wantedKey) {
    this.wantedKey = wantedKey;
  }

  /** Returns the resource ids of one job without its sub-jobs, by key. */
  static Map<String, List<String>> of(Entities entities) {
    ResourceIds collector = new ResourceIds(null);
    collector.entities(entities);
    return collector.found();
  }

  /** Returns the resource ids of a job and of its sub-jobs, depth first. */
  static Map<String, List<String>> ofAll(JobReport report) {
    ResourceIds collector = new ResourceIds(null);
    collector.report(report);
    return collector.found();
  }

  /** Returns the ids under one key, wherever it is, of a job and of its sub-jobs, depth first. */
  static List<String> ofKey(JobReport report, String key) {
    ResourceIds collector = new ResourceIds(key);
    collector.report(report);
    return collector.found().getOrDefault(key, List.of());
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
      if (wantedKey == null) {
        objects(parser);
      } else {
        search(parser, wantedKey, false, true);
      }
    } catch (IOException e) {
      throw JsonBytes.alreadyParsed(e);
    }
  }

  private void search(JsonParser parser, String key, boolean wanted, boolean outermost)
      throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          parser.nextToken();
          if (outermost && SUB_JOBS.contains(name)) {
            parser.skipChildren();
          } else {
            search(parser, key, name.equals(key), false);
          }
        }
      }
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          search(parser, key, wanted, false);
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (wanted && !parser.getText().isEmpty()) {
          add(key, parser.getText());
        }
      }
      default -> {}
    }
  }

  /** Reads an object, or each object of an array; objects within an object are details. */
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
    if (SUB_JOBS.contains(key)) {
      parser.skipChildren();
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
      case VALUE_STRING, VALUE_NUMBER_INT -> {
        if (!parser.getText().isBlank()) {
          add(key, parser.getText());
        }
      }
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
    ids.computeIfAbsent(key, absent -> new LinkedHashSet<>()).add(id);
  }
}
