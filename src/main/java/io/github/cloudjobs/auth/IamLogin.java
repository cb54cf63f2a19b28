package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.envelope.ErrorEnvelope;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to IAM with a password, for a token.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/identity-access-management/api-ref/apis/token_management/obtaining_a_user_token_through_password_authentication.html">Obtaining
 *     a User Token Through Password Authentication</a>
 */
final class IamLogin implements Issuer {
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** A token lives a day; requests under way are to end with the one they began with. */
  static final Duration MARGIN = Duration.ofMinutes(5);

  static final int MOST_BYTES = 1 << 20; // with the catalog, where a service insists on it

  private static final int MESSAGE_LENGTH = 300;

  private static final Pattern MFA = Pattern.compile("(?i)\\b(mfa|totp|multi-?factor)\\b");

  private final String url;
  private final LoginBody body;
  private final char[] password;
  private final SourceHttp http;

  /**
   * @param endpoint without a slash at its end
   * @param password is kept as it is
   */
  IamLogin(String endpoint, LoginBody body, char[] password, SourceHttp http) {
    this.url = endpoint + "/v3/auth/tokens";
    this.body = body;
    this.password = password;
    this.http = http;
  }

  @Override
  public Issued issue(Instant now) {
    byte[] json = body.with(password);
    Reply reply;
    try {
      reply = http.send("IAM at " + url, "POST", url + "?nocatalog=true", Map.of(), json, now);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
    if (reply.status() != 201 && reply.status() != 200) {
      throw refusal(reply);
    }
    Map<String, String> texts = reply.cut() ? null : JsonTexts.read(reply.body());
    String end = texts == null ? null : texts.get("token.expires_at");
    return new Issued(token(reply), reply.lifeUntil(end, now));
  }

  private Credentials token(Reply reply) {
    try {
      String token = reply.header().apply("X-Subject-Token");
      return Credentials.token(HeaderText.requireValue("token", token));
    } catch (IllegalArgumentException unusable) {
      throw new JobsServiceException(
          "HTTP %d from POST %s: no X-Subject-Token that can be used"
              .formatted(reply.status(), url),
          reply.status(),
          null,
          null,
          null);
    }
  }

  private JobsException refusal(Reply reply) {
    int status = reply.status();
    Secrets secrets = Secrets.password(password);
    byte[] body = secrets.hide(reply.body().getBytes(UTF_8)); // before a reader cuts it at a mark
    ErrorEnvelope said = ErrorEnvelope.read(body).orRequestIdOf(reply.header()).map(secrets::hide);
    String advice = advice(status, said.message());
    String text = text(status, said, advice);
    if (status == 401) {
      return new AuthenticationException(
          text, status, said.code(), said.message(), said.requestId(), advice);
    }
    if (status == 429 || status == 503) {
      return new ThrottledException(
          text, status, said.code(), said.message(), said.requestId(), reply.retryAfter(), advice);
    }
    return new JobsServiceException(
        text, status, said.code(), said.message(), said.requestId(), advice);
  }

  private String text(int status, ErrorEnvelope said, @Nullable String advice) {
    StringBuilder text =
        new StringBuilder("HTTP ").append(status).append(" from POST ").append(url);
    append(text, ": ", said.code(), "");
    append(text, ": ", said.message(), "");
    append(text, " (request ", said.requestId(), ")");
    append(text, "; ", advice, "");
    return text.toString();
  }

  private static void append(
      StringBuilder text, String before, @Nullable String part, String after) {
    if (part != null) {
      text.append(before).append(SafeText.printable(part, MESSAGE_LENGTH)).append(after);
    }
  }

  private static @Nullable String advice(int status, @Nullable String message) {
    if (status >= 300 && status < 400) {
      return "redirects are not followed: check the IAM endpoint";
    }
    return switch (status) {
      case 400 -> "check the user, the account and the project";
      case 401 ->
          message != null && MFA.matcher(message).find()
              ? "the user needs a second factor (MFA), which no password replaces: use an access"
                  + " key"
              : "check the user, the account and the password; many wrong ones lock the user; one"
                  + " with MFA needs an access key";
      case 403 ->
          "the user may be locked, or may not use this project, or the account's access rules (ACL)"
              + " may not allow API access from this address";
      case 404 -> "check the IAM endpoint and the project";
      default -> null;
    };
  }
}
