package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Secrets;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Makes the typed error of an error answer: which type, and a text that says what to do. Pure. */
final class ServiceErrors {
  private static final int MESSAGE_LENGTH = 500;

  private ServiceErrors() {}

  /**
   * Returns the error that an answer tells of.
   *
   * @param body the answer's body, or the beginning of a long one
   */
  static JobsServiceException of(Response response, byte[] body, @Nullable Duration retryAfter) {
    int status = response.code();
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    ErrorEnvelope envelope =
        ErrorEnvelope.read(body).orRequestIdOf(response::header).map(secrets::hide);
    String code = envelope.code();
    String said = envelope.message();
    String requestId = envelope.requestId();
    GatewayCode gateway = GatewayCode.of(code);
    String advice = advice(response, status, gateway, said, secrets);
    if (advice == null && status == 404 && !envelope.fromService()) {
      advice =
          "this 404 has no error code of a service: check the endpoint and any proxy on the way";
    }
    String text = text(response, status, envelope, secrets.hide(body), advice);
    if (status == 401) {
      return new AuthenticationException(text, status, code, said, requestId, advice);
    }
    if (status == 429 || status == 503 || (gateway != null && gateway.isThrottling())) {
      return new ThrottledException(text, status, code, said, requestId, retryAfter, advice);
    }
    if (status == 404 && envelope.fromService()) {
      return new JobNotFoundException(text, status, code, said, requestId);
    }
    return new JobsServiceException(text, status, code, said, requestId, advice);
  }

  private static String text(
      Response response, int status, ErrorEnvelope envelope, byte[] body, @Nullable String advice) {
    StringBuilder text = new StringBuilder("HTTP ").append(status).append(" from GET ");
    text.append(response.request().url());
    if (envelope.code() != null) {
      text.append(": ").append(SafeText.printable(envelope.code(), 80));
    }
    String said =
        envelope.message() != null
            ? SafeText.printable(envelope.message(), MESSAGE_LENGTH)
            : SafeText.excerpt(body);
    if (!said.isEmpty()) {
      text.append(": ").append(said);
    }
    if (envelope.requestId() != null) {
      text.append(" (request ").append(SafeText.printable(envelope.requestId(), 80)).append(')');
    }
    return advice == null ? text.toString() : text.append("; ").append(advice).toString();
  }

  private static @Nullable String advice(
      Response response,
      int status,
      @Nullable GatewayCode gateway,
      @Nullable String said,
      Secrets secrets) {
    if (status >= 300 && status < 400) {
      return "redirects are not followed" + target(response, secrets);
    }
    String refusal = null;
    if (gateway == null ? status == 401 : gateway.isAuthentication()) {
      String signed = RequestSigner.canonicalRequest(response.request());
      refusal = RefusalAdvice.of(said, signed, secrets);
    }
    if (refusal != null) {
      return refusal;
    }
    String known = gateway == null ? null : gateway.advice(status);
    return known == null && status == 401 ? "check the keys and this machine's clock" : known;
  }

  private static String target(Response response, Secrets secrets) {
    String location = response.header("Location");
    HttpUrl target = location == null ? null : response.request().url().resolve(location);
    return target == null ? "" : ", this one leads to host " + secrets.hide(target.host());
  }
}
