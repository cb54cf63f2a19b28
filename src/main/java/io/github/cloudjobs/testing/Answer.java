package io.github.cloudjobs.testing;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is answered to a request, and how it is delivered. Immutable. */
record Answer(
    int status, Map<String, String> headers, String body, Delivery delivery, Duration delay) {
  /** How much of an answer goes over the wire. */
  enum Delivery {
    WHOLE,
    /** Half of the body, then the connection is closed. */
    TRUNCATED,
    /** Nothing; the connection is closed. */
    DROPPED
  }

  static final String JSON = "application/json;charset=UTF-8";

  static Answer of(int status, String contentType, String body) {
    return new Answer(
        status, Map.of("Content-Type", contentType), body, Delivery.WHOLE, Duration.ZERO);
  }

  static Answer json(int status, String body) {
    return of(status, JSON, body);
  }

  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body, delivery, delay);
  }

  Answer delivered(Delivery how) {
    return new Answer(status, headers, body, how, delay);
  }

  Answer after(Duration longer) {
    return new Answer(status, headers, body, delivery, longer);
  }

  /** The status that the asker gets to see; 0 if it sees none. */
  int visibleStatus() {
    return delivery == Delivery.DROPPED ? 0 : status;
  }
}
