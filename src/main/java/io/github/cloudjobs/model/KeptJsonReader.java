package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.github.cloudjobs.error.MalformedJobException;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what keeps the JSON it is read from. */
final class KeptJsonReader<T> extends StdDeserializer<T> {
  private static final long serialVersionUID = 1L;

  private final transient Function<byte[], T> reader;
  private final transient @Nullable T absent;

  KeptJsonReader(Class<T> type, Function<byte[], T> reader, @Nullable T absent) {
    super(type);
    this.reader = reader;
    this.absent = absent;
  }

  @Override
  public T deserialize(JsonParser from, DeserializationContext context) throws IOException {
    try {
      return reader.apply(JsonCopy.read(from));
    } catch (MalformedJobException e) {
      throw JsonMappingException.from(from, e.getMessage(), e);
    }
  }

  @Override
  public @Nullable T getNullValue(DeserializationContext context) {
    return absent;
  }
}
