package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A job's address as JSON. */
final class JobRefJson {
  private JobRefJson() {}

  /** Writes an address; the time as text, whatever the mapper does with times. */
  static final class Writer extends StdSerializer<JobRef> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(JobRef.class);
    }

    @Override
    public void serialize(JobRef ref, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      Instant at = ref.submittedAt();
      to.writeStartObject(ref);
      to.writeStringField("projectId", ref.projectId());
      to.writeStringField("jobId", ref.jobId());
      to.writeStringField("submittedAt", at == null ? null : at.toString());
      to.writeEndObject();
    }
  }

  /** Reads an address; the ids are checked as in {@link JobRef}'s constructor. */
  static final class Reader extends StdDeserializer<JobRef> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(JobRef.class);
    }

    @Override
    public JobRef deserialize(JsonParser from, DeserializationContext context) throws IOException {
      JsonNode ref = context.readTree(from);
      Instant at = instant(ref.get("submittedAt"), from, context);
      try {
        return new JobRef(text(ref, "projectId"), text(ref, "jobId"), at);
      } catch (IllegalArgumentException e) {
        throw JsonMappingException.from(from, e.getMessage(), e);
      }
    }

    private static String text(JsonNode ref, String name) {
      JsonNode text = ref.path(name);
      if (!text.isValueNode() || text.isNull()) {
        throw new IllegalArgumentException(name + " must be there, and a text");
      }
      return text.asText();
    }

    private static @Nullable Instant instant(
        @Nullable JsonNode at, JsonParser from, DeserializationContext context) throws IOException {
      if (at == null || at.isNull()) {
        return null;
      }
      try (JsonParser value = at.traverse(from.getCodec())) {
        value.nextToken();
        return InstantDeserializer.INSTANT.deserialize(value, context);
      }
    }
  }
}
