package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.auth.SourceHttp.SourceResponse;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.Secrets;
import java.time.Duration;
import java.time.Instant;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a token from IAM by a password.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/identity-access-management/api-ref/apis/token_management/obtaining_a_user_token_through_password_authentication.html">Obtaining
 *     a User Token Through Password Authentication</a>
 */
final class IamLogin extends CachedCredentials {
  private static final String PATH = "/v3/auth/tokens";

  /** A token lives a day; a request keeps the token it began with. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private static final MediaType JSON_TYPE = MediaType.get("application/json;charset=utf8");

  private final String url;
  private final Object login;
  private final Secrets secrets;
  private final SourceHttp http;

  /** The login is the body of the request; the password in it is an array of characters. */
  IamLogin(
      String endpoint,
      Object login,
      Secrets secrets,
      OkHttpClient.Builder client,
      SystemEnvironment environment) {
    super("IAM at " + endpoint, MARGIN, environment);
    this.url = endpoint + PATH;
    this.login = login;
    this.secrets = secrets;
    this.http = new SourceHttp(name, client);
  }

  @Override
  Credentials fetch(Instant now) {
    RequestBody body = RequestBody.create(SourceHttp.JSON.valueToTree(login).toString(), JSON_TYPE);
    SourceResponse response =
        http.send(new Request.Builder().url(url + "?nocatalog=true").post(body), now);
    if (response.status != 201 && response.status != 200) {
      throw error(response);
    }
    Duration life = response.lifeUntil(response.json().path("token").path("expires_at"));
    return stored(token(response), life);
  }

  private Credentials token(SourceResponse response) {
    try {
      String token = response.headers.get("X-Subject-Token");
      return new Token(HeaderText.requireKey("token", token));
    } catch (IllegalArgumentException unusable) {
      String text = subject(response) + ": no X-Subject-Token that can be used";
      throw response.error(text, ErrorEnvelope.NONE, null);
    }
  }

  private String subject(SourceResponse response) {
    return "HTTP " + response.status + " from POST " + url;
  }

  private JobsServiceException error(SourceResponse response) {
    byte[] body = secrets.hide(response.body.getBytes(UTF_8)); // before it is parsed and cut
    ErrorEnvelope error = ErrorEnvelope.read(body).with(response.headers::get, secrets);
    String advice = advice(response.status);
    String text = error.describe(subject(response), advice);
    return response.status == 401
        ? new AuthenticationException(
            text, 401, error.code(), error.message(), error.requestId(), advice)
        : response.error(text, error, advice);
  }

  private static @Nullable String advice(int status) {
    return switch (status) {
      case 400 -> "check the user, the account and the project";
      case 401 ->
          "check the user, the account and the password; several wrong passwords lock the user,"
              + " so the next login follows after 15 minutes; a user with MFA needs an access key";
      case 403 ->
          "the user may be locked or may not use this project, or the account's access rules (ACL)"
              + " forbid API access from this address";
      case 404 -> "check the IAM endpoint and the project";
      default ->
          status >= 300 && status < 400
              ? "redirects are not followed: check the IAM endpoint"
              : null;
    };
  }
}
