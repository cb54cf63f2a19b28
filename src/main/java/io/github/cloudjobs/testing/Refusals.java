package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answers of the gateway in front of the services, and of the services, to what they refuse.
 */
final class Refusals {
  private Refusals() {}

  /** The gateway's envelope. */
  static Answer gateway(int status, String errorCode, String message, String requestId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("error_msg", message).put("error_code", errorCode).put("request_id", requestId);
    return Answer.json(status, body.toString());
  }

  /** The services' envelope. */
  static Answer service(int status, String code, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("code", code).put("message", message);
    return Answer.json(status, body.toString());
  }

  static Answer noSuchApi(String requestId) {
    String message = "The API does not exist or has not been published in the environment";
    return gateway(404, "APIGW.0101", message, requestId);
  }

  static Answer methodNotAllowed(String method) {
    return service(405, "SIM.0405", "A job is asked for with GET, not " + method)
        .with("Allow", "GET");
  }

  /** No document names the services' code for this one; it is the simulation's own. */
  static Answer noSuchJob(String jobId) {
    return service(404, "SIM.0404", "The job " + jobId + " does not exist");
  }

  static Answer throttled(String requestId) {
    String message = "The throttling threshold has been reached: policy user over ratelimit";
    return gateway(429, "APIGW.0308", message, requestId);
  }

  /** What is wrong with a signature or a key. */
  static Answer unauthenticated(String detail, String requestId) {
    String message = "Incorrect IAM authentication information: " + detail;
    return gateway(401, "APIGW.0301", message, requestId);
  }

  static Answer staleToken(String requestId) {
    return gateway(401, "APIGW.0307", "The token must be updated", requestId);
  }
}
