package io.github.cloudjobs.model;

import static com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility.PUBLIC_ONLY;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonGeneratorImpl;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import io.github.cloudjobs.error.MalformedJobException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
    add(Job.class, JobReport::root, JobReader::read, null);
    add(SubJob.class, JobReport::root, JobsModule::subJob, null);
    add(Entities.class, Entities::value, JobsModule::entities, Entities.NONE);
    setMixInAnnotation(JobRef.class, RecordForm.class);
    setMixInAnnotation(JobFailure.class, RecordForm.class);
  }

  private static SubJob subJob(byte[] utf8) {
    List<SubJob> read =
        Job.fromJson("{\"sub_jobs\":[" + new String(utf8, StandardCharsets.UTF_8) + "]}").subJobs();
    if (read.isEmpty()) {
      throw new MalformedJobException("it is not an object", utf8, null);
    }
    return read.get(0);
  }

  private static Entities entities(byte[] utf8) {
    return Job.fromJson("{\"entities\":" + new String(utf8, StandardCharsets.UTF_8) + "}")
        .entities();
  }

  private <T> void add(
      Class<T> type,
      Function<T, JsonValue> json,
      Function<byte[], T> reader,
      @Nullable T nullValue) {
    addSerializer(new ValueSerializer<>(type, json));
    addDeserializer(type, new ValueDeserializer<>(type, reader, nullValue));
  }

  /** Writes the JSON from which a value was read. */
  private static final class ValueSerializer<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<T, JsonValue> json;

    ValueSerializer(Class<T> type, Function<T, JsonValue> json) {
      super(type);
      this.json = json;
    }

    @Override
    public void serialize(T value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      if (!(to instanceof JsonGeneratorImpl)) {
        JsonNodes.node(json.apply(value)).serialize(to, provider);
        return;
      }
      try (JsonParser from = json.apply(value).parser()) {
        from.nextToken();
        to.writeRawValue(oneLine(from));
      }
    }
  }

  /** Reads a value from JSON and keeps the JSON. */
  private static final class ValueDeserializer<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<byte[], T> reader;
    private final transient @Nullable T nullValue;

    ValueDeserializer(Class<T> type, Function<byte[], T> reader, @Nullable T nullValue) {
      super(type);
      this.reader = reader;
      this.nullValue = nullValue;
    }

    @Override
    public T deserialize(JsonParser from, DeserializationContext context) throws IOException {
      try {
        return reader.apply(oneLine(from).getBytes(StandardCharsets.UTF_8));
      } catch (MalformedJobException e) {
        throw JsonMappingException.from(from, e.getMessage(), e);
      }
    }

    @Override
    public @Nullable T getNullValue(DeserializationContext context) {
      return nullValue;
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

  /** The forms of records; the class annotations overrule the settings of the mapper. */
  @JsonAutoDetect(getterVisibility = PUBLIC_ONLY, creatorVisibility = PUBLIC_ONLY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  private abstract static class RecordForm {
    /** Of a {@link JobRef}. */
    @JsonProperty("submittedAt")
    @JsonSerialize(using = ToStringSerializer.class)
    @JsonDeserialize(using = AnyInstantDeserializer.class)
    abstract Instant submittedAt();

    /** Of a {@link JobFailure}. */
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    abstract Map<String, List<String>> entityIds();
  }

  /** Reads ISO 8601 text and epoch seconds. */
  private static final class AnyInstantDeserializer extends InstantDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    AnyInstantDeserializer() {
      super(InstantDeserializer.INSTANT, DateTimeFormatter.ISO_INSTANT);
    }
  }
}
