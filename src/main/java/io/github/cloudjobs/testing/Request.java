package io.github.cloudjobs.testing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived.
 *
 * @param rawPath as it was sent
 * @param rawQuery as it was sent, without the question mark; empty if there is none
 * @param headers a repeated one as often as it came
 */
record Request(
    String method, String rawPath, String rawQuery, List<Map.Entry<String, String>> headers) {
  Request {
    headers = List.copyOf(headers);
  }

  /** The first value of a header. */
  @Nullable String header(String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }
}
