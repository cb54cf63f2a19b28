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
  private final JsonValue root;

  /** The parser's token: a field costs less than a call of the parser at each look. */
  private @Nullable JsonToken token;

  /** The job in the object under {@code job}, which the root may only wrap. */
  private @Nullable Job wrapped;

  private JobReader(byte[] document, JsonParser parser, int opened) throws IOException {
    this.document = document;
    this.parser = parser;
    this.opened = opened;
    this.token = parser.nextToken();
    this.root = new JsonValue(document, position());
  }

  /** Reads a body in valid UTF-8, and keeps the array: it must not be modified afterwards. */
  static Job read(byte[] utf8) {
    try (JsonParser parser = JsonValue.FACTORY.createParser(utf8)) {
      JobReader reader = new JobReader(utf8, parser, 0);
      if (!parser.hasToken(JsonToken.START_OBJECT)) {
        parser.skipChildren(); // a syntax error is reported first
        parser.finishToken();
        String problem = parser.hasCurrentToken() ? "its root is not an object" : "it is empty";
        throw new MalformedJobException(problem, utf8, null);
      }
      Job job = new Job(reader);
      if (parser.nextToken() != null) {
        throw new MalformedJobException("something follows its JSON object", utf8, null);
      }
      Job wrapped = reader.wrapped;
      return wrapped == null || job.jobId() != null || job.statusText() != null ? job : wrapped;
    } catch (IOException e) {
      throw malformed(e, utf8);
    }
  }

  byte[] document() {
    return document;
  }

  JsonValue root() {
    return root;
  }

  /** Moves to the next value of an object and returns its key; null at the object's end. */
  @Nullable String nextKey() throws IOException {
    String key = parser.nextFieldName();
    token = key == null ? JsonToken.END_OBJECT : parser.nextToken();
    return key;
  }

  void skipChildren() throws IOException {
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      parser.skipChildren();
    }
  }

  /** The position of the value, without a {@link JsonLocation} for each; null is absent. */
  int position() {
    return token == JsonToken.VALUE_NULL
        ? JobReport.ABSENT
        : (int) ((ParserBase) parser).getTokenCharacterOffset() - 1;
  }

  /** Returns a reader of the JSON in the string at the parser; this reader if there is none. */
  JobReader inner() throws IOException {
    boolean string = token == JsonToken.VALUE_STRING;
    JsonValue json = string && opened < MAX_OPENED ? JsonValue.parsed(parser.getText()) : null;
    // The parser of an array in memory needs no close.
    return json == null ? this : new JobReader(json.document(), json.parser(), opened + 1);
  }

  void readWrapped(JobReport outer) throws IOException {
    if (outer instanceof Job) {
      wrapped = token == JsonToken.START_OBJECT ? new Job(this) : null;
    }
  }

  /** Reads the lists of sub-jobs in entities, in their order. */
  List<List<SubJob>> entities() throws IOException {
    if (token != JsonToken.START_OBJECT) {
      return List.of();
    }
    List<SubJob> subJobs = List.of();
    List<SubJob> results = List.of();
    for (String key = nextKey(); key != null; key = nextKey()) {
      switch (key) {
        case "sub_jobs" -> subJobs = inner().subJobs();
        case "sub_jobs_result" -> results = inner().subJobs();
        default -> {}
      }
      skipChildren();
    }
    return subJobs.isEmpty() && results.isEmpty() ? List.of() : List.of(subJobs, results);
  }

  List<SubJob> subJobs() throws IOException {
    List<SubJob> subJobs = new ArrayList<>();
    if (token == JsonToken.START_OBJECT) {
      SubJob only = new SubJob(this);
      if (!only.object().fields().isEmpty()) { // some services send {} for none
        subJobs.add(only);
      }
    } else if (token == JsonToken.START_ARRAY) {
      for (token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          subJobs.add(new SubJob(this));
        } else {
          skipChildren();
        }
      }
    }
    return subJobs;
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
}
