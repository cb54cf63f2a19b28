package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.UUID;
import okhttp3.Headers;

/**
 * A response with a new request id; also the error bodies of the gateway and of the services.
 *
 * @param status 0 closes the connection without a response
 * @param truncated whether the connection is closed after half of the body
 * @param delay before it is sent, in real time
 */
record SimulatedResponse(
    int status, Headers headers, String body, boolean truncated, Duration delay) {

  static SimulatedResponse of(int status, String contentType, String body) {
    Headers headers = Headers.of("Content-Type", contentType, "X-Request-Id", newId());
    return new SimulatedResponse(status, headers, body, false, Duration.ZERO);
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
    return new SimulatedResponse(status, empty.headers, body.toString(), false, Duration.ZERO);
  }

  static SimulatedResponse serviceError(int status, String code, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("code", code).put("message", message);
    return json(status, body.toString());
  }

  static SimulatedResponse noSuchApi() {
    String message = "The API does not exist or has not been published in the environment";
    return gatewayError(404, "APIGW.0101", message);
  }

  static SimulatedResponse noSuchJob() { // no documentation names the services' codes
    return serviceError(404, "SIM.0404", "The job does not exist");
  }

  static SimulatedResponse unauthenticated(String detail) {
    String message = "Incorrect IAM authentication information: " + detail;
    return gatewayError(401, "APIGW.0301", message);
  }

  SimulatedResponse withHeader(String name, String value) {
    Headers more = headers.newBuilder().add(name, value).build();
    return new SimulatedResponse(status, more, body, truncated, delay);
  }

  SimulatedResponse delivered(boolean half, Duration late) {
    return new SimulatedResponse(status, headers, body, half, late);
  }

  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
