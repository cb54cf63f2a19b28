package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response and how it is delivered; also the error bodies of the gateway and of the services
 * behind it.
 *
 * @param delay before it is sent, in real time
 */
record SimulatedResponse(
    int status, Map<String, String> headers, String body, Delivery delivery, Duration delay) {
  /** How much of a response is sent. */
  enum Delivery {
    WHOLE,
    /** Half of the body, then the connection is closed. */
    TRUNCATED,
    /** Nothing; the connection is closed. */
    DROPPED
  }

  static SimulatedResponse of(int status, String contentType, String body) {
    return new SimulatedResponse(
        status, Map.of("Content-Type", contentType), body, Delivery.WHOLE, Duration.ZERO);
  }

  static SimulatedResponse json(int status, String body) {
    return of(status, "application/json;charset=UTF-8", body);
  }

  /** An error in the gateway's format. */
  static SimulatedResponse gatewayError(
      int status, String errorCode, String message, String requestId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("error_msg", message).put("error_code", errorCode).put("request_id", requestId);
    return json(status, body.toString());
  }

  /** An error in the services' format. */
  static SimulatedResponse serviceError(int status, String code, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("code", code).put("message", message);
    return json(status, body.toString());
  }

  static SimulatedResponse noSuchApi(String requestId) {
    String message = "The API does not exist or has not been published in the environment";
    return gatewayError(404, "APIGW.0101", message, requestId);
  }

  /** The code is the simulation's own: no documentation names the services' code. */
  static SimulatedResponse noSuchJob(String jobId) {
    return serviceError(404, "SIM.0404", "The job " + jobId + " does not exist");
  }

  static SimulatedResponse throttled(String requestId) {
    String message = "The throttling threshold has been reached: policy user over ratelimit";
    return gatewayError(429, "APIGW.0308", message, requestId);
  }

  static SimulatedResponse unauthenticated(String detail, String requestId) {
    String message = "Incorrect IAM authentication information: " + detail;
    return gatewayError(401, "APIGW.0301", message, requestId);
  }

  SimulatedResponse withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new SimulatedResponse(status, more, body, delivery, delay);
  }

  SimulatedResponse withDelivery(Delivery other) {
    return new SimulatedResponse(status, headers, body, other, delay);
  }

  SimulatedResponse withDelay(Duration other) {
    return new SimulatedResponse(status, headers, body, delivery, other);
  }
}
