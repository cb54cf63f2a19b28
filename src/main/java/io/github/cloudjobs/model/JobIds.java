package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers the ids under one key from a job's entities and from those of its sub-jobs. */
final class JobIds {
  /** Their ids come from the sub-jobs read from them. */
  static final Set<String> SUB_JOBS = Set.of("sub_jobs", "sub_jobs_result");

  private final String key;
  private final Set<String> ids = new LinkedHashSet<>();

  private JobIds(String key) {
    this.key = key;
  }

  static List<String> of(JobReport report, String key) {
    JobIds gatherer = new JobIds(key);
    gatherer.report(report);
    return List.copyOf(gatherer.ids);
  }

  private void report(JobReport report) {
    Entities entities = report.entities();
    try (JsonParser parser = entities.source().parserAt(entities.start())) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        fields(parser, SUB_JOBS);
      } else {
        value(parser, false);
      }
    } catch (IOException e) {
      throw JsonBytes.neverBefore(e);
    }
    report.subJobs().forEach(this::report);
  }

  private void fields(JsonParser parser, Set<String> passedOver) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (passedOver.contains(name)) {
        parser.skipChildren();
      } else {
        value(parser, name.equals(key));
      }
    }
  }

  private void value(JsonParser parser, boolean wanted) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> fields(parser, Set.of());
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          value(parser, wanted);
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (wanted && !parser.getText().isEmpty()) {
          ids.add(parser.getText());
        }
      }
      default -> {}
    }
  }
}
