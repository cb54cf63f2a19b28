package io.github.cloudjobs.model;

import static com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility.PUBLIC_ONLY;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
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

  /** Creates the module; it has no settings. */
  public JobsModule() {
    super("io.github.cloudjobs");
    add(Job.class, JobReport::source, JobReport::root, JobReader::read, null);
    add(SubJob.class, JobReport::source, JobReport::root, JobReader::readSubJob, null);
    add(Entities.class, Entities::source, Entities::start, JobReader::readEntities, Entities.NONE);
    setMixInAnnotation(JobRef.class, JobRefMixIn.class);
    setMixInAnnotation(JobFailure.class, JobFailureMixIn.class);
  }

  private <T> void add(
      Class<T> type,
      Function<T, JsonBytes> source,
      ToIntFunction<T> position,
      Function<byte[], T> reader,
      @Nullable T nullValue) {
    addSerializer(new BytesSerializer<>(type, source, position));
    addDeserializer(type, new BytesDeserializer<>(type, reader, nullValue));
  }

  /** Writes a value as the JSON it was read from. */
  private static final class BytesSerializer<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<T, JsonBytes> source;
    private final transient ToIntFunction<T> position;

    BytesSerializer(Class<T> type, Function<T, JsonBytes> source, ToIntFunction<T> position) {
      super(type);
      this.source = source;
      this.position = position;
    }

    @Override
    public void serialize(T value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      JsonBytes json = source.apply(value);
      int at = position.applyAsInt(value);
      if (to instanceof JsonGeneratorImpl) {
        to.writeRawValue(json.compact(at));
        return;
      }
      try (JsonParser from = json.parserAt(at)) {
        from.nextToken();
        copy(from, to);
      }
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, T value) {
      return value instanceof Entities entities && entities.isEmpty();
    }
  }

  /** Reads a value from JSON and keeps the JSON. */
  private static final class BytesDeserializer<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int BEFORE_SURROGATES = 0xD7FF;

    private final transient Function<byte[], T> reader;
    private final transient @Nullable T nullValue;

    BytesDeserializer(Class<T> type, Function<byte[], T> reader, @Nullable T nullValue) {
      super(type);
      this.reader = reader;
      this.nullValue = nullValue;
    }

    @Override
    public T deserialize(JsonParser from, DeserializationContext context) throws IOException {
      StringWriter json = new StringWriter();
      try (JsonGenerator to = FACTORY.createGenerator(json)) {
        to.setHighestNonEscapedChar(BEFORE_SURROGATES); // UTF-8 has no unpaired ones
        copy(from, to);
      }
      try {
        return reader.apply(json.toString().getBytes(StandardCharsets.UTF_8));
      } catch (MalformedJobException e) {
        throw JsonMappingException.from(from, e.getMessage(), e);
      }
    }

    @Override
    public @Nullable T getNullValue(DeserializationContext context) {
      return nullValue;
    }
  }

  /** Copies the value at the parser, equal keys and all digits of numbers included. */
  private static void copy(JsonParser from, JsonGenerator to) throws IOException {
    int open = 0;
    JsonToken token = from.currentToken();
    while (true) {
      if (token == null) {
        throw new IOException("the input ended within a value");
      }
      open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (token.isNumeric()) {
        copyNumber(from, to);
      } else if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
        to.writeString(from.getText());
      } else {
        to.copyCurrentEvent(from);
      }
      if (open == 0) {
        return;
      }
      token = from.nextToken();
    }
  }

  private static void copyNumber(JsonParser from, JsonGenerator to) throws IOException {
    String digits = from.getText();
    boolean isNumber = Character.isDigit(digits.charAt(digits.length() - 1)); // NaN is no JSON
    if (isNumber && to instanceof JsonGeneratorImpl) {
      to.writeNumber(digits);
    } else if (isNumber && from.hasToken(JsonToken.VALUE_NUMBER_INT)) {
      to.writeNumber(from.getBigIntegerValue());
    } else {
      try {
        to.writeNumber(new BigDecimal(digits));
      } catch (NumberFormatException hugeExponent) {
        to.writeString(digits);
      }
    }
  }

  /** Annotations of records; the class annotations overrule the settings of the mapper. */
  @JsonAutoDetect(getterVisibility = PUBLIC_ONLY, creatorVisibility = PUBLIC_ONLY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  private abstract static class JobRefMixIn {
    @JsonProperty("submittedAt")
    @JsonSerialize(using = ToStringSerializer.class)
    @JsonDeserialize(using = AnyInstantDeserializer.class)
    abstract Instant submittedAt();
  }

  @JsonAutoDetect(getterVisibility = PUBLIC_ONLY, creatorVisibility = PUBLIC_ONLY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  private abstract static class JobFailureMixIn {
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
