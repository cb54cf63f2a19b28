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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body into a {@link Job} in one pass that only notes the positions of values. A value of
 * an unexpected type is skipped and stays in the bytes; only a body that is not JSON, no object or
 * beyond a limit is refused. One reader reads one document: the body, or a string of JSON in it.
 */
final class JobReader {
  private static final int MAX_OPENED = 4; // strings of JSON inside each other

  private final byte[] document;
  private final JsonParser parser;
  private final int opened;

  private JobReader(byte[] document, JsonParser parser, int opened) {
    this.document = document;
    this.parser = parser;
    this.opened = opened;
  }

  /** Reads a body in valid UTF-8, and keeps the array: it must not be modified afterwards. */
  static Job read(byte[] utf8) {
    Fields outer = readRoot(utf8);
    boolean isJob = outer.jobId != Fields.ABSENT || outer.statusText != Fields.ABSENT;
    Fields job = isJob || outer.wrapped == null ? outer : outer.wrapped;
    job.root = outer.start;
    return new Job(job);
  }

  static SubJob readSubJob(byte[] utf8) {
    return new SubJob(readRoot(utf8));
  }

  private static Fields readRoot(byte[] utf8) {
    try (JsonParser parser = JsonValue.FACTORY.createParser(utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        parser.skipChildren(); // a syntax error is reported first
        parser.finishToken();
        String problem = parser.hasCurrentToken() ? "its root is not an object" : "it is empty";
        throw new MalformedJobException(problem, utf8, null);
      }
      Fields root = new JobReader(utf8, parser, 0).report();
      if (parser.nextToken() != null) {
        throw new MalformedJobException("something follows its JSON object", utf8, null);
      }
      return root;
    } catch (IOException e) {
      throw malformed(e, utf8);
    }
  }

  private Fields report() throws IOException {
    Fields fields = new Fields(document, position());
    InEntities inEntities = InEntities.NOTHING;
    List<SubJob> atTop = List.of();
    int totalAtTop = -1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "status" -> fields.statusText = position();
        case "job_id" -> fields.jobId = position();
        case "id" -> fields.id = position();
        case "job_type" -> fields.jobType = position();
        case "begin_time" -> fields.beginTime = position();
        case "end_time" -> fields.endTime = position();
        case "entities" -> inEntities = inner().entities(fields);
        case "sub_jobs" -> atTop = inner().subJobs();
        case "sub_jobs_total" -> totalAtTop = total();
        case "job" -> fields.wrapped = parser.hasToken(JsonToken.START_OBJECT) ? report() : null;
        default -> {}
      }
      parser.skipChildren();
    }
    if (fields.statusText != Fields.ABSENT) {
      fields.status = JobStatus.of(new JsonValue(document, fields.statusText));
    }
    fields.subJobs = fields.joined(inEntities.subJobs, inEntities.results, atTop);
    fields.subJobsTotal = inEntities.total < 0 ? totalAtTop : inEntities.total;
    return fields;
  }

  /** Returns a reader of the JSON in the string at the parser; this reader if there is none. */
  private JobReader inner() throws IOException {
    boolean string = parser.hasToken(JsonToken.VALUE_STRING);
    JsonValue json = string && opened < MAX_OPENED ? JsonValue.parsed(parser.getText()) : null;
    if (json == null) {
      return this;
    }
    JsonParser innerParser = json.parser(); // of an array in memory: needs no close
    innerParser.nextToken();
    return new JobReader(json.document(), innerParser, opened + 1);
  }

  private InEntities entities(Fields of) throws IOException {
    of.entitiesDocument = document;
    of.entities = position();
    List<SubJob> subJobs = List.of();
    List<SubJob> results = List.of();
    int total = -1;
    if (parser.hasToken(JsonToken.START_OBJECT)) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "sub_jobs" -> subJobs = inner().subJobs();
          case "sub_jobs_result" -> results = inner().subJobs();
          case "sub_jobs_total" -> total = total();
          default -> {}
        }
        parser.skipChildren();
      }
    }
    return total < 0 && subJobs.isEmpty() && results.isEmpty()
        ? InEntities.NOTHING
        : new InEntities(subJobs, results, total);
  }

  private List<SubJob> subJobs() throws IOException {
    List<SubJob> subJobs = new ArrayList<>();
    if (parser.hasToken(JsonToken.START_OBJECT)) {
      Fields only = report();
      if (!only.object().fields().isEmpty()) { // some services send {} for none
        subJobs.add(new SubJob(only));
      }
    } else if (parser.hasToken(JsonToken.START_ARRAY)) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.hasToken(JsonToken.START_OBJECT)) {
          subJobs.add(new SubJob(report()));
        } else {
          parser.skipChildren();
        }
      }
    }
    return subJobs;
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

  private static MalformedJobException malformed(IOException e, byte[] body) {
    JsonProcessingException error = e instanceof JsonProcessingException json ? json : null;
    String message =
        SafeText.excerpt(String.valueOf(error == null ? e : error.getOriginalMessage()));
    String problem = "not JSON: " + message;
    if (message.startsWith("Unexpected end-of-input")) {
      problem = "it is cut off";
    } else if (e instanceof StreamConstraintsException) {
      problem = "it is over a limit: " + message + ", which cannot be raised";
    }
    JsonLocation location = error == null ? null : error.getLocation();
    return new MalformedJobException(
        problem, body, new JsonParseException(null, message, location));
  }

  /** The sub-jobs in entities; {@code total} is negative if it is absent or no number. */
  private record InEntities(List<SubJob> subJobs, List<SubJob> results, int total) {
    static final InEntities NOTHING = new InEntities(List.of(), List.of(), -1);
  }

  /**
   * The status of a job, and the positions of the values that a wait needs at each poll; all others
   * are searched for. Not changed once it is read.
   */
  static final class Fields {
    static final int ABSENT = -1;

    final byte[] document;
    final int start;

    /** The position of the object around a job, or of the job itself. */
    int root;

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

    /** The object under {@code job}: the job itself if this object only wraps it. */
    @Nullable Fields wrapped;

    Fields(byte[] document, int start) {
      this.document = document;
      this.start = start;
      this.root = start;
      this.entitiesDocument = document;
    }

    JsonValue object() {
      return new JsonValue(document, start);
    }

    /** Returns the text of the value at a position, an empty one included. */
    @Nullable String text(int at) {
      return at == ABSENT ? null : new JsonValue(document, at).text();
    }

    @Nullable String filledText(int at) {
      return at == ABSENT ? null : new JsonValue(document, at).filledText();
    }

    /** Joins lists of sub-jobs; a sub-job that is in two of them is taken once. */
    @SafeVarargs
    final List<SubJob> joined(List<SubJob>... lists) {
      List<SubJob> joined = List.of();
      for (List<SubJob> list : lists) {
        if (!list.isEmpty()) {
          String ownId = filledText(jobId);
          list.forEach(subJob -> subJob.fields.preferIdTo(ownId));
          joined = joined.isEmpty() ? list : union(joined, list, ownId);
        }
      }
      return List.copyOf(joined);
    }

    /** Some sub-jobs repeat their parent's id, which identifies none. */
    private static List<SubJob> union(
        List<SubJob> first, List<SubJob> second, @Nullable String parentId) {
      Set<String> known =
          first.stream()
              .map(SubJob::jobId)
              .filter(id -> id != null && !id.equals(parentId))
              .collect(Collectors.toSet());
      Stream<SubJob> others = second.stream().filter(subJob -> !known.contains(subJob.jobId()));
      return Stream.concat(first.stream(), others).toList();
    }

    /** Takes {@code id} for the id of a sub-job whose {@code job_id} is absent or its parent's. */
    private void preferIdTo(@Nullable String parentId) {
      String jobIdText = id == ABSENT ? null : filledText(jobId);
      boolean isParents = jobIdText == null || jobIdText.equals(parentId);
      if (isParents && filledText(id) != null && !new JsonValue(document, id).isContainer()) {
        jobId = id;
      }
    }
  }
}
