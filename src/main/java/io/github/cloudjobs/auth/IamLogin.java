package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cloudjobs.auth.CachedCredentials.ExpiringCredentials;
import io.github.cloudjobs.auth.SourceHttp.SourceResponse;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.Secrets;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a token from IAM by a password.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/identity-access-management/api-ref/apis/token_management/obtaining_a_user_token_through_password_authentication.html">Obtaining
 *     a User Token Through Password Authentication</a>
 */
final class IamLogin implements CachedCredentials.Source {
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** A token lives a day; a request keeps the token it began with. */
  static final Duration MARGIN = Duration.ofMinutes(5);

  static final int MAX_BYTES = 1 << 20; // with a catalog, which some services always send

  private static final Pattern MFA = Pattern.compile("(?i)\\b(mfa|totp|multi-?factor)\\b");

  private final String url;
  private final Map<String, Object> user;
  private final Map<String, Object> project;
  private final SourceHttp http;

  /**
   * @param endpoint without a slash at its end
   * @param user as in the request, with the password as an array, which is not copied
   * @param project as in the request
   */
  IamLogin(
      String endpoint, Map<String, Object> user, Map<String, Object> project, SourceHttp http) {
    this.url = endpoint + "/v3/auth/tokens";
    this.user = user;
    this.project = project;
    this.http = http;
  }

  @Override
  public ExpiringCredentials fetch(Instant now) {
    byte[] body = body();
    SourceResponse response;
    try {
      response = http.send("IAM at " + url, "POST", url + "?nocatalog=true", Map.of(), body, now);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
    if (response.status() != 201 && response.status() != 200) {
      throw error(response);
    }
    JsonNode json = response.json();
    String expiresAt = json == null ? null : json.path("token").path("expires_at").textValue();
    return new ExpiringCredentials(token(response), response.lifeUntil(expiresAt, now));
  }

  private byte[] body() {
    Object identity = Map.of("methods", List.of("password"), "password", Map.of("user", user));
    Object scope = Map.of("project", project);
    try { // Jackson writes an array of characters as a string
      return SourceHttp.JSON.writeValueAsBytes(
          Map.of("auth", Map.of("identity", identity, "scope", scope)));
    } catch (JsonProcessingException e) { // not of maps and strings
      throw new UncheckedIOException(e);
    }
  }

  private Credentials token(SourceResponse response) {
    try {
      String token = response.header("X-Subject-Token");
      return Credentials.token(HeaderText.requireValue("token", token));
    } catch (IllegalArgumentException unusable) {
      String subject = "HTTP " + response.status() + " from POST " + url;
      throw response.error(
          subject + ": no X-Subject-Token that can be used", ErrorEnvelope.NONE, null);
    }
  }

  private JobsServiceException error(SourceResponse response) {
    int status = response.status();
    Secrets secrets = Secrets.password((char[]) requireNonNull(user.get("password")));
    byte[] body = secrets.hide(response.body().getBytes(UTF_8)); // before it is parsed and cut
    ErrorEnvelope error =
        ErrorEnvelope.read(body).orRequestIdOf(response::header).map(secrets::hide);
    String advice = advice(status, error.message());
    String text = error.describe("HTTP " + status + " from POST " + url, advice);
    if (status == 401) {
      return new AuthenticationException(
          text, status, error.code(), error.message(), error.requestId(), advice);
    }
    return response.error(text, error, advice);
  }

  private static @Nullable String advice(int status, @Nullable String message) {
    if (status >= 300 && status < 400) {
      return "redirects are not followed: check the IAM endpoint";
    }
    return switch (status) {
      case 400 -> "check the user, the account and the project";
      case 401 ->
          message != null && MFA.matcher(message).find()
              ? "the user needs a second factor (MFA), so a password is not enough: use an access"
                  + " key"
              : "check the user, the account and the password; several wrong passwords lock the"
                  + " user, and a user with MFA needs an access key";
      case 403 ->
          "the user may be locked or may not use this project, or the account's access rules (ACL)"
              + " forbid API access from this address";
      case 404 -> "check the IAM endpoint and the project";
      default -> null;
    };
  }
}
