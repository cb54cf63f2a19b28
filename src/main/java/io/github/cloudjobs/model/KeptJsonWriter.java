package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Writes what keeps the JSON it was read from. */
final class KeptJsonWriter<T> extends StdSerializer<T> {
  private static final long serialVersionUID = 1L;

  private final transient Function<T, JsonBytes> source;
  private final transient ToIntFunction<T> start;

  KeptJsonWriter(Class<T> type, Function<T, JsonBytes> source, ToIntFunction<T> start) {
    super(type);
    this.source = source;
    this.start = start;
  }

  @Override
  public void serialize(T value, JsonGenerator to, SerializerProvider provider) throws IOException {
    JsonCopy.write(source.apply(value), start.applyAsInt(value), to);
  }

  @Override
  public boolean isEmpty(SerializerProvider provider, T value) {
    return value instanceof Entities entities && entities.isEmpty();
  }
}
