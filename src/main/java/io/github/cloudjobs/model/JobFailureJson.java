package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A failure as JSON: an object of its components. */
final class JobFailureJson {
  private JobFailureJson() {}

  /** Writes a failure. */
  static final class Writer extends StdSerializer<JobFailure> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(JobFailure.class);
    }

    @Override
    public void serialize(JobFailure failure, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeStartObject(failure);
      to.writeStringField("jobId", failure.jobId());
      to.writeStringField("jobType", failure.jobType());
      to.writeStringField("errorCode", failure.errorCode());
      to.writeStringField("reason", failure.reason());
      to.writeStringField("innermostCode", failure.innermostCode());
      to.writeStringField("innermostMessage", failure.innermostMessage());
      to.writeObjectFieldStart("entityIds");
      for (Map.Entry<String, List<String>> under : failure.entityIds().entrySet()) {
        to.writeFieldName(under.getKey());
        to.writeArray(under.getValue().toArray(String[]::new), 0, under.getValue().size());
      }
      to.writeEndObject();
      to.writeEndObject();
    }
  }

  /** Reads a failure; what is absent is null or empty. */
  static final class Reader extends StdDeserializer<JobFailure> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(JobFailure.class);
    }

    @Override
    public JobFailure deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      JsonNode failure = context.readTree(from);
      Map<String, List<String>> ids = new LinkedHashMap<>();
      failure
          .path("entityIds")
          .properties()
          .forEach(
              under -> {
                List<String> texts = new ArrayList<>();
                under.getValue().forEach(id -> texts.add(id.asText()));
                ids.put(under.getKey(), texts);
              });
      return new JobFailure(
          text(failure, "jobId"),
          text(failure, "jobType"),
          text(failure, "errorCode"),
          text(failure, "reason"),
          text(failure, "innermostCode"),
          text(failure, "innermostMessage"),
          ids);
    }

    private static @Nullable String text(JsonNode failure, String name) {
      JsonNode text = failure.path(name);
      return text.isValueNode() && !text.isNull() ? text.asText() : null;
    }
  }
}
