package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonGeneratorImpl;
import com.fasterxml.jackson.core.type.WritableTypeId;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson module that writes and reads the types of this package, alone or within your own types:
 *
 * <ul>
 *   <li>{@link Job}, {@link SubJob}: the complete JSON object that they were read from, on one
 *       line; equal when read back
 *   <li>{@link Entities}: their JSON value, {@code null} if they are absent; equal when read back
 *   <li>{@link JobRef}: {@code {"projectId", "jobId", "submittedAt"}}, the time as ISO 8601 text or
 *       null; epoch seconds are read too
 *   <li>{@link JobFailure}: an object of its components
 * </ul>
 *
 * <p>The names and forms do not depend on the mapper's settings, so applications can exchange them.
 * Unknown keys are ignored. Where JSON is not written as text ({@code valueToTree}, other formats)
 * numbers keep their value but not their spelling.
 *
 * <p>Register it with {@code JsonMapper.builder().addModule(new JobsModule())}; {@code
 * findAndAddModules()} finds it. For {@code java.time} in your own types, register {@code
 * JavaTimeModule} too.
 */
public final class JobsModule extends SimpleModule {
  private static final long serialVersionUID = 1L;
  private static final int BEFORE_SURROGATES = 0xD7FF;

  /** Creates the module; it has no settings. */
  public JobsModule() {
    super("io.github.cloudjobs");
    add(Job.class);
    add(SubJob.class);
    add(Entities.class);
    add(JobRef.class);
    add(JobFailure.class);
  }

  private <T> void add(Class<T> type) {
    addSerializer(type, new ValueSerializer());
    addDeserializer(type, new ValueDeserializer<>(type));
  }

  private static JsonValue json(Object value) throws IOException {
    if (value instanceof JobReport report) {
      return report.root();
    }
    return value instanceof Entities entities ? entities.value() : JsonNodes.json(value);
  }

  private static Object read(byte[] utf8, Class<?> type) {
    if (type == Job.class) {
      return JobReader.read(utf8);
    }
    if (type == SubJob.class) {
      return subJob(utf8);
    }
    return type == Entities.class
        ? within("{\"entities\":", utf8, "}").entities()
        : JsonNodes.as(new JsonValue(utf8, 0), type);
  }

  private static SubJob subJob(byte[] utf8) {
    List<SubJob> read = within("{\"sub_jobs\":[", utf8, "]}").subJobs();
    if (read.isEmpty()) {
      throw new MalformedJobException("it is not an object", utf8, null);
    }
    return read.get(0);
  }

  private static Job within(String before, byte[] utf8, String after) {
    return Job.fromJson(before + new String(utf8, StandardCharsets.UTF_8) + after);
  }

  /** Writes the JSON from which a value was read, or the form of a record. */
  private static final class ValueSerializer extends StdSerializer<Object> {
    private static final long serialVersionUID = 1L;

    ValueSerializer() {
      super(Object.class);
    }

    @Override
    public void serialize(Object value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      if (!(to instanceof JsonGeneratorImpl)) {
        JsonNodes.node(json(value)).serialize(to, provider);
        return;
      }
      JsonParser from = json(value).parser();
      from.nextToken();
      to.writeRawValue(oneLine(from));
      from.close();
    }

    /** Writes the type, as for a text, beside the value: in it, it would become a part of it. */
    @Override
    public void serializeWithType(
        Object value, JsonGenerator to, SerializerProvider provider, TypeSerializer typed)
        throws IOException {
      WritableTypeId type = typed.typeId(value, JsonToken.VALUE_STRING);
      typed.writeTypePrefix(to, type);
      serialize(value, to, provider);
      typed.writeTypeSuffix(to, type);
    }
  }

  /** Reads a value from JSON and keeps the JSON. */
  private static final class ValueDeserializer<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final Class<T> type;

    ValueDeserializer(Class<T> type) {
      super(type);
      this.type = type;
    }

    @Override
    public T deserialize(JsonParser from, DeserializationContext context) throws IOException {
      try {
        return type.cast(read(oneLine(from).getBytes(StandardCharsets.UTF_8), type));
      } catch (JobsException e) {
        throw JsonMappingException.from(from, e.getMessage(), e);
      }
    }

    @Override
    public @Nullable T getNullValue(DeserializationContext context) {
      return type == Entities.class ? type.cast(Entities.NONE) : null;
    }
  }

  /** Returns the value at the parser, equal keys and all digits of numbers included. */
  private static String oneLine(JsonParser from) throws IOException {
    StringWriter json = new StringWriter();
    try (JsonGenerator to = JsonValue.FACTORY.createGenerator(json)) {
      to.setHighestNonEscapedChar(BEFORE_SURROGATES); // UTF-8 has no unpaired ones
      int open = 0;
      do {
        JsonToken token = open == 0 ? from.currentToken() : from.nextToken();
        if (token.isStructStart()) {
          open++;
        } else if (token.isStructEnd()) {
          open--;
        }
        if (token.isNumeric() && !from.isNaN()) { // else Jackson writes a text
          to.writeNumber(from.getText());
        } else {
          to.copyCurrentEvent(from);
        }
      } while (open > 0);
    }
    return json.toString();
  }
}
