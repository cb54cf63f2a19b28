package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.UUID;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A response with a new request id, and how it is delivered; also the error bodies of the gateway
 * and of the services behind it.
 *
 * @param delay before it is sent, in real time
 */
record SimulatedResponse(
    int status, Headers headers, String body, Delivery delivery, Duration delay) {
  /** How much of a response is sent. */
  enum Delivery {
    WHOLE,
    /** Half of the body, then the connection is closed. */
    TRUNCATED,
    /** Nothing; the connection is closed. */
    DROPPED
  }

  static SimulatedResponse of(int status, String contentType, String body) {
    String requestId = UUID.randomUUID().toString().replace("-", "");
    Headers headers = Headers.of("Content-Type", contentType, "X-Request-Id", requestId);
    return new SimulatedResponse(status, headers, body, Delivery.WHOLE, Duration.ZERO);
  }

  static SimulatedResponse json(int status, String body) {
    return of(status, "application/json;charset=UTF-8", body);
  }

  /** An error in the gateway's format, which repeats the request id. */
  static SimulatedResponse gatewayError(int status, String errorCode, String message) {
    SimulatedResponse empty = json(status, "");
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("error_msg", message).put("error_code", errorCode);
    body.put("request_id", empty.headers.get("X-Request-Id"));
    return new SimulatedResponse(
        status, empty.headers, body.toString(), Delivery.WHOLE, Duration.ZERO);
  }

  /** An error in the services' format. */
  static SimulatedResponse serviceError(int status, String code, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("code", code).put("message", message);
    return json(status, body.toString());
  }

  static SimulatedResponse noSuchApi() {
    String message = "The API does not exist or has not been published in the environment";
    return gatewayError(404, "APIGW.0101", message);
  }

  static SimulatedResponse unauthenticated(String detail) {
    String message = "Incorrect IAM authentication information: " + detail;
    return gatewayError(401, "APIGW.0301", message);
  }

  /** Returns a copy with the header; this response if the value is null. */
  SimulatedResponse withHeader(String name, @Nullable String value) {
    return value == null
        ? this
        : new SimulatedResponse(
            status, headers.newBuilder().set(name, value).build(), body, delivery, delay);
  }

  SimulatedResponse withDelivery(Delivery other) {
    return new SimulatedResponse(status, headers, body, other, delay);
  }

  SimulatedResponse withDelay(Duration other) {
    return new SimulatedResponse(status, headers, body, delivery, other);
  }
}
