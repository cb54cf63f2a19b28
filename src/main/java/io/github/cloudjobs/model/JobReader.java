package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.base.ParserBase;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body into a {@link Job} in one pass that only notes the positions of values. A value of
 * an unexpected type is skipped and stays in the bytes; only a body that is not JSON, no object or
 * beyond a limit is refused. One reader reads one report.
 */
final class JobReader {
  /** Strings of JSON that are opened inside each other. */
  private static final int MAX_OPENED = 4;

  private final byte[] document;
  private final JsonParser parser;
  private final int opened;
  private final Fields fields;

  private List<SubJob> inEntities = List.of();
  private List<SubJob> inResults = List.of();
  private List<SubJob> atTop = List.of();
  private int totalInEntities = -1;
  private int totalAtTop = -1;

  /** The object under {@code job}: the job itself if this object only wraps it. */
  private @Nullable Fields wrapped;

  /** The parser is at the first token of the report. */
  private JobReader(byte[] document, JsonParser parser, int opened) {
    this.document = document;
    this.parser = parser;
    this.opened = opened;
    this.fields = new Fields(document, position());
  }

  /** Reads a body in UTF-8, and keeps the array: it must not be modified afterwards. */
  static Job read(byte[] utf8) {
    if (utf8.length == 0) {
      throw new MalformedJobException("it is empty", utf8, null);
    }
    JobReader reader = readRoot(utf8);
    Fields outer = reader.fields;
    boolean isJob = outer.jobId != Fields.ABSENT || outer.statusText != Fields.ABSENT;
    return new Job(isJob || reader.wrapped == null ? outer : reader.wrapped, outer.start);
  }

  /** Reads a single sub-job, and keeps the array. */
  static SubJob readSubJob(byte[] utf8) {
    return new SubJob(readRoot(utf8).fields);
  }

  private static JobReader readRoot(byte[] utf8) {
    try (JsonParser parser = new JsonValue(utf8, 0).parser()) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        parser.skipChildren(); // a syntax error is reported first
        parser.finishToken();
        throw new MalformedJobException(notAnObject(first), utf8, null);
      }
      JobReader reader = new JobReader(utf8, parser, 0);
      reader.report();
      if (parser.nextToken() != null) {
        throw new MalformedJobException("something follows its JSON object", utf8, null);
      }
      return reader;
    } catch (IOException e) {
      throw malformed(e, utf8);
    }
  }

  /** Reads entities of any type, and keeps the array. */
  static Entities readEntities(byte[] utf8) {
    JsonValue value = new JsonValue(utf8, 0);
    try (JsonParser parser = value.parser()) {
      parser.nextToken();
      parser.skipChildren();
      parser.finishToken();
      return new Entities(value);
    } catch (IOException e) {
      throw malformed(e, utf8);
    }
  }

  /** Reads to the end of the object. */
  private Fields report() throws IOException {
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      field(key);
      parser.skipChildren();
    }
    fields.subJobs = joinedSubJobs();
    fields.subJobsTotal = totalInEntities < 0 ? totalAtTop : totalInEntities;
    return fields;
  }

  private void field(String key) throws IOException {
    switch (key) {
      case "status" -> {
        fields.statusText = position();
        parser.finishToken();
        fields.status = JobStatus.read(document, fields.statusText);
      }
      case "job_id" -> fields.jobId = position();
      case "id" -> fields.id = position();
      case "job_type" -> fields.jobType = position();
      case "begin_time" -> fields.beginTime = position();
      case "end_time" -> fields.endTime = position();
      case "entities" -> entities();
      case "sub_jobs" -> atTop = subJobs();
      case "sub_jobs_total" -> totalAtTop = total();
      case "job" -> wrapped = parser.hasToken(JsonToken.START_OBJECT) ? nested().report() : null;
      default -> {}
    }
  }

  private JobReader nested() {
    return new JobReader(document, parser, opened);
  }

  /** Reads the entities, again if their key is repeated: the last one counts. */
  private void entities() throws IOException {
    fields.entitiesDocument = document;
    fields.entities = position();
    inEntities = List.of();
    inResults = List.of();
    totalInEntities = -1;
    JsonValue inner = inString();
    if (inner != null) {
      try (JsonParser innerParser = inner.parser()) {
        innerParser.nextToken();
        JobReader reader = new JobReader(inner.document(), innerParser, opened + 1);
        reader.entities();
        fields.entitiesDocument = inner.document();
        fields.entities = reader.fields.entities;
        inEntities = reader.inEntities;
        inResults = reader.inResults;
        totalInEntities = reader.totalInEntities;
      }
    } else if (parser.hasToken(JsonToken.START_OBJECT)) {
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        parser.nextToken();
        switch (key) {
          case "sub_jobs" -> inEntities = subJobs();
          case "sub_jobs_result" -> inResults = subJobs();
          case "sub_jobs_total" -> totalInEntities = total();
          default -> {}
        }
        parser.skipChildren();
      }
    }
  }

  private List<SubJob> subJobs() throws IOException {
    List<SubJob> subJobs = new ArrayList<>();
    switch (parser.currentToken()) {
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (parser.hasToken(JsonToken.START_OBJECT)) {
            subJobs.add(new SubJob(nested().report()));
          } else {
            parser.skipChildren();
          }
        }
      }
      case START_OBJECT -> {
        Fields only = nested().report();
        if (!only.object().fields().isEmpty()) { // some services send {} for none
          subJobs.add(new SubJob(only));
        }
      }
      case VALUE_STRING -> {
        JsonValue inner = inString();
        if (inner != null) {
          try (JsonParser innerParser = inner.parser()) {
            innerParser.nextToken();
            return new JobReader(inner.document(), innerParser, opened + 1).subJobs();
          }
        }
      }
      default -> {}
    }
    return subJobs;
  }

  private @Nullable JsonValue inString() throws IOException {
    boolean string = parser.hasToken(JsonToken.VALUE_STRING);
    return string && opened < MAX_OPENED ? JsonValue.parsed(parser.getText()) : null;
  }

  private int total() throws IOException {
    try {
      return Integer.parseInt(parser.getText().strip()); // the text of an object is {
    } catch (NumberFormatException notACount) {
      return -1;
    }
  }

  /** The position of the value, without a {@link JsonLocation} for each; null is absent. */
  private int position() {
    return parser.hasToken(JsonToken.VALUE_NULL)
        ? Fields.ABSENT
        : (int) ((ParserBase) parser).getTokenCharacterOffset() - 1;
  }

  /** Joins the three lists; a sub-job that is in two of them is taken once. */
  private List<SubJob> joinedSubJobs() {
    if (inEntities.isEmpty() && inResults.isEmpty() && atTop.isEmpty()) {
      return List.of();
    }
    List<SubJob> joined = List.of();
    String ownId = fields.filledText(fields.jobId);
    for (List<SubJob> list : List.of(inEntities, inResults, atTop)) {
      list.forEach(subJob -> subJob.fields.preferIdTo(ownId));
      if (!list.isEmpty()) {
        joined = joined.isEmpty() ? list : joined(joined, list, ownId);
      }
    }
    return List.copyOf(joined);
  }

  /** Some sub-jobs repeat their parent's id, which identifies none. */
  private static List<SubJob> joined(
      List<SubJob> first, List<SubJob> second, @Nullable String parentId) {
    Set<@Nullable String> known = new HashSet<>();
    first.forEach(subJob -> known.add(subJob.jobId()));
    known.removeAll(Arrays.asList(null, parentId));
    List<SubJob> joined = new ArrayList<>(first);
    second.stream().filter(subJob -> !known.contains(subJob.jobId())).forEach(joined::add);
    return joined;
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

  /**
   * The status of a job or sub-job, and the positions of the values that a wait needs at each poll;
   * all others are searched for. Not changed once it is read.
   */
  static final class Fields {
    /** The position of an absent value. */
    static final int ABSENT = -1;

    final byte[] document;
    final int start;

    JobStatus status = JobStatus.UNKNOWN;
    int statusText = ABSENT;
    int jobId = ABSENT;
    int id = ABSENT;
    int jobType = ABSENT;
    int beginTime = ABSENT;
    int endTime = ABSENT;

    /** The document of the entities: another one if they are a string of JSON. */
    byte[] entitiesDocument;

    int entities = ABSENT;
    List<SubJob> subJobs = List.of();

    /** {@code sub_jobs_total}; negative if it is absent or no number. */
    int subJobsTotal = -1;

    Fields(byte[] document, int start) {
      this.document = document;
      this.start = start;
      this.entitiesDocument = document;
    }

    /** The job's own object. */
    JsonValue object() {
      return new JsonValue(document, start);
    }

    /** Returns the text of the value at a position, an empty one included. */
    @Nullable String text(int at) {
      return at == ABSENT ? null : new JsonValue(document, at).text();
    }

    /** Returns the same, but null for an empty text. */
    @Nullable String filledText(int at) {
      return at == ABSENT ? null : new JsonValue(document, at).filledText();
    }

    /** Takes {@code id} for the id of a sub-job whose {@code job_id} is absent or its parent's. */
    void preferIdTo(@Nullable String parentId) {
      String jobIdText = id == ABSENT ? null : filledText(jobId);
      boolean isParents = jobIdText == null || jobIdText.equals(parentId);
      if (isParents && filledText(id) != null && !new JsonValue(document, id).isContainer()) {
        jobId = id;
      }
    }
  }
}
