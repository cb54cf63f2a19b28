package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body into a {@link Job} in one pass that only notes the positions of the values. A value
 * of an unexpected type is skipped and stays in the bytes; only a body that is not JSON, no object
 * or beyond a limit is refused.
 */
final class JobReader {
  /** Strings of JSON that are opened inside each other. */
  private static final int MAX_OPENED = 4;

  private final JsonBytes source;
  private final int base; // position of the parser's input in the source
  private final int opened;

  private JobReader(JsonBytes source, int base, int opened) {
    this.source = source;
    this.base = base;
    this.opened = opened;
  }

  /** Reads a body, and keeps the array: it must not be modified afterwards. */
  static Job read(byte[] body) {
    try {
      return readUtf8(JsonBytes.toUtf8(body), body);
    } catch (IOException e) {
      throw malformed(e, body);
    }
  }

  /** Reads a single sub-job, and keeps the array. */
  static SubJob readSubJob(byte[] utf8) {
    try {
      return new SubJob(root(new JsonBytes(utf8), utf8));
    } catch (IOException e) {
      throw malformed(e, utf8);
    }
  }

  /** Reads entities of any type, and keeps the array. */
  static Entities readEntities(byte[] utf8) {
    JsonBytes source = new JsonBytes(utf8);
    try (JsonParser parser = source.parserAt(0)) {
      parser.nextToken();
      parser.skipChildren();
      parser.finishToken();
      return new Entities(source, 0);
    } catch (IOException e) {
      throw malformed(e, utf8);
    }
  }

  private static Job readUtf8(byte[] utf8, byte[] body) throws IOException {
    if (utf8.length == 0) {
      throw new MalformedJobException("it is empty", body, null);
    }
    JsonBytes source = new JsonBytes(utf8);
    ReportFields found = root(source, body);
    return new Job(found.isOnlyAWrapper() ? unwrapped(found) : found);
  }

  private static ReportFields root(JsonBytes source, byte[] body) throws IOException {
    try (JsonParser parser = source.parserAt(0)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        parser.skipChildren(); // a syntax error is reported first
        parser.finishToken();
        throw new MalformedJobException(notAnObject(first), body, null);
      }
      ReportFields found = new JobReader(source, 0, 0).report(parser);
      if (parser.nextToken() != null) {
        throw new MalformedJobException("something follows its JSON object", body, null);
      }
      return found;
    }
  }

  private static ReportFields unwrapped(ReportFields wrapper) throws IOException {
    try (JsonParser parser = wrapper.source.parserAt(wrapper.wrapped)) {
      parser.nextToken();
      ReportFields job = new JobReader(wrapper.source, wrapper.wrapped, 0).report(parser);
      job.wrapper = wrapper.start;
      return job;
    }
  }

  /** Reads the object that the parser has just entered, and leaves it at the object's end. */
  private ReportFields report(JsonParser parser) throws IOException {
    ReportFields found = new ReportFields(source, position(parser));
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      found.empty = false;
      field(found, key, parser);
    }
    return found;
  }

  private void field(ReportFields found, String key, JsonParser parser) throws IOException {
    switch (key) {
      case "status" -> {
        found.status = JobStatus.read(scalar(parser));
        found.statusText = passed(parser);
      }
      case "job_id" -> found.jobId = passed(parser);
      case "id" -> found.id = passed(parser);
      case "job_type" -> found.jobType = passed(parser);
      case "begin_time" -> found.beginTime = passed(parser);
      case "end_time" -> found.endTime = passed(parser);
      case "error_code" -> found.errorCode = passed(parser);
      case "fail_reason" -> found.failReason = passed(parser);
      case "error_msg" -> found.errorMsg = passed(parser);
      case "message" -> found.message = passed(parser);
      case "code" -> found.code = passed(parser);
      case "entities" -> entities(found, parser);
      case "sub_jobs" -> found.atTop = subJobs(parser);
      case "sub_jobs_total" -> found.totalAtTop = total(parser);
      case "job" -> {
        found.wrapped =
            parser.hasToken(JsonToken.START_OBJECT) ? position(parser) : JsonBytes.ABSENT;
        parser.skipChildren();
      }
      default -> parser.skipChildren();
    }
  }

  private void entities(ReportFields found, JsonParser parser) throws IOException {
    found.entitiesAt(source, position(parser));
    if (parser.hasToken(JsonToken.START_OBJECT)) {
      entityFields(found, parser);
      return;
    }
    JsonBytes inner = openString(parser);
    if (inner != null) {
      found.entitiesAt(inner, 0);
      try (JsonParser innerParser = inner.parserAt(0)) {
        if (innerParser.nextToken() == JsonToken.START_OBJECT) {
          new JobReader(inner, 0, opened + 1).entityFields(found, innerParser);
        }
      }
    }
    parser.skipChildren();
  }

  private void entityFields(ReportFields found, JsonParser parser) throws IOException {
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      switch (key) {
        case "sub_jobs" -> found.inEntities = subJobs(parser);
        case "sub_jobs_result" -> found.resultsInEntities = subJobs(parser);
        case "sub_jobs_total" -> found.totalInEntities = total(parser);
        default -> parser.skipChildren();
      }
    }
  }

  private List<ReportFields> subJobs(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_ARRAY -> subJobArray(parser);
      case START_OBJECT -> onlySubJob(parser);
      case VALUE_STRING -> subJobsInString(parser);
      default -> List.of();
    };
  }

  private List<ReportFields> subJobArray(JsonParser parser) throws IOException {
    List<ReportFields> jobs = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        jobs.add(report(parser));
      } else {
        parser.skipChildren();
      }
    }
    return jobs;
  }

  /** Some services send an empty object if there is no sub-job. */
  private List<ReportFields> onlySubJob(JsonParser parser) throws IOException {
    ReportFields job = report(parser);
    return job.empty ? List.of() : List.of(job);
  }

  private List<ReportFields> subJobsInString(JsonParser parser) throws IOException {
    JsonBytes inner = openString(parser);
    if (inner == null) {
      return List.of();
    }
    try (JsonParser innerParser = inner.parserAt(0)) {
      innerParser.nextToken();
      return new JobReader(inner, 0, opened + 1).subJobs(innerParser);
    }
  }

  private @Nullable JsonBytes openString(JsonParser parser) throws IOException {
    boolean string = parser.hasToken(JsonToken.VALUE_STRING);
    return string && opened < MAX_OPENED ? JsonBytes.opened(parser.getText()) : null;
  }

  private static int total(JsonParser parser) throws IOException {
    String text = scalar(parser);
    parser.skipChildren();
    try {
      return text == null ? -1 : Integer.parseInt(text.strip());
    } catch (NumberFormatException notACount) {
      return -1;
    }
  }

  private static @Nullable String scalar(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
  }

  private int position(JsonParser parser) {
    return base + (int) parser.currentTokenLocation().getByteOffset();
  }

  /** Returns the position of the value and moves to its end; null is absent. */
  private int passed(JsonParser parser) throws IOException {
    if (parser.hasToken(JsonToken.VALUE_NULL)) {
      return JsonBytes.ABSENT;
    }
    int at = position(parser);
    parser.skipChildren();
    return at;
  }

  private static String notAnObject(@Nullable JsonToken first) {
    if (first == null) {
      return "it is blank";
    }
    String kind =
        switch (first) {
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NULL -> "null";
          case VALUE_TRUE, VALUE_FALSE -> "a boolean";
          default -> "a number";
        };
    return "its root is " + kind + ", not an object";
  }

  /** Repeats the parser's message, made safe to print. */
  private static MalformedJobException malformed(IOException e, byte[] body) {
    if (!(e instanceof JsonProcessingException parserError)) {
      return new MalformedJobException("it cannot be read", body, e);
    }
    String message = SafeText.excerpt(parserError.getOriginalMessage());
    JsonLocation location = parserError.getLocation();
    JsonParseException cause = new JsonParseException(null, message, location);
    cause.setStackTrace(parserError.getStackTrace());
    return new MalformedJobException(problem(parserError, message, location), body, cause);
  }

  private static String problem(
      JsonProcessingException error, String message, @Nullable JsonLocation location) {
    String position =
        location == null
            ? ""
            : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    if (message.startsWith("Unexpected end-of-input")) { // of several exception types
      return "it is cut off" + position;
    }
    boolean limit = error instanceof StreamConstraintsException;
    return (limit ? "it is over a limit: " : "not JSON: ")
        + message
        + position
        + (limit ? ", which cannot be raised" : "");
  }
}
