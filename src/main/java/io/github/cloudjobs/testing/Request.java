package io.github.cloudjobs.testing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived.
 *
 * @param target the path and the query, as they were sent
 * @param headers in order, a repeated one as often as it came
 */
record Request(String method, String target, List<Map.Entry<String, String>> headers) {
  Request {
    headers = List.copyOf(headers);
  }

  /** The path as it was sent. */
  String rawPath() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The query as it was sent, without the question mark; empty if there is none. */
  String rawQuery() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
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
