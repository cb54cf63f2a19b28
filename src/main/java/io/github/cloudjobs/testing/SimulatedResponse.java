package io.github.cloudjobs.testing;

import static io.github.cloudjobs.testing.SimulatedJob.notNegative;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.UUID;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** A response with a new request id; also the error bodies of the gateway and of the services. */
final class SimulatedResponse {
  private static final String REQUEST_ID = "X-Request-Id";

  final int status; // 0 closes the connection without a response
  final Headers headers;
  final String body;
  boolean truncated; // the connection is closed after half of the body
  Duration delay = Duration.ZERO; // before it is sent, in real time

  private SimulatedResponse(int status, Headers headers, String body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  static SimulatedResponse of(int status, String contentType, String body) {
    Headers headers = Headers.of("Content-Type", contentType, REQUEST_ID, newId());
    return new SimulatedResponse(status, headers, body);
  }

  static SimulatedResponse json(int status, String body) {
    return of(status, "application/json;charset=UTF-8", body);
  }

  /** An error in the gateway's format, which repeats the request id. */
  static SimulatedResponse gatewayError(int status, String errorCode, String message) {
    Headers headers = json(status, "").headers;
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("error_msg", message).put("error_code", errorCode);
    body.put("request_id", headers.get(REQUEST_ID));
    return new SimulatedResponse(status, headers, body.toString());
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
    return new SimulatedResponse(status, headers.newBuilder().set(name, value).build(), body);
  }

  SimulatedResponse retryAfter(@Nullable Duration delay) {
    if (delay == null) {
      return this;
    }
    long seconds = notNegative("retryAfter", delay).plusNanos(999_999_999).toSeconds();
    return withHeader("Retry-After", Long.toString(seconds));
  }

  /** Returns a copy with a new request id, also in the body. */
  SimulatedResponse again() {
    String id = newId();
    String text = body.replace(String.valueOf(headers.get(REQUEST_ID)), id);
    return new SimulatedResponse(status, headers, text).withHeader(REQUEST_ID, id);
  }

  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
