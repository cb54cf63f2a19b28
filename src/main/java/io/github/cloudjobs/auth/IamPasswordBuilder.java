package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.Secrets;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Builds a provider that logs in to IAM with a user's password and returns the token. Obtained from
 * {@link CredentialsProvider#iamPassword}; not thread-safe.
 *
 * <p>The provider logs in at its first use and caches the token. It renews the token in the
 * background 5 minutes before it expires; if that fails, the token stays in use until it expires.
 * After a refused login it does not ask IAM again for 15 minutes, because an account locks a user
 * after a few wrong passwords; meanwhile callers get the same exception.
 *
 * <p><strong>The password</strong> is copied and stays in memory for renewals. Copies that the JVM,
 * TLS and the HTTP library make of a request cannot be erased.
 *
 * @see <a href="https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html">Obtaining a
 *     User Token Through Password Authentication</a>
 */
public final class IamPasswordBuilder {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final String endpoint;
  private @Nullable Map<String, Object> user; // as in the request
  private char @Nullable [] password;
  private @Nullable Map<String, Object> project;
  private @Nullable OkHttpClient httpClient;
  private ConnectionSettings connection = ConnectionSettings.DEFAULTS;

  IamPasswordBuilder(String endpoint) {
    HttpUrl url = Endpoint.parseUrl("iamEndpoint", endpoint, "https://iam.eu-de.otc.t-systems.com");
    if (!url.isHttps() && !Endpoint.isLoopback(url.host())) {
      throw new IllegalArgumentException("iamEndpoint must use https: a password is sent there");
    }
    // The path of the login is added again, so an endpoint may end in it, or in its beginning.
    String path = url.encodedPath().replaceFirst("/v3(/auth/tokens)?$", "");
    this.endpoint = Endpoint.text(Endpoint.withPath(url, path));
  }

  /**
   * The user, by name. This or {@link #userId} is required.
   *
   * @param name name of the IAM user; not blank
   * @param account name of the user's account (domain); not blank
   */
  public IamPasswordBuilder user(String name, String account) {
    this.user =
        Map.of(
            "name", notBlank("name", name), "domain", Map.of("name", notBlank("account", account)));
    return this;
  }

  /** The user, by the id of the IAM user; not blank. */
  public IamPasswordBuilder userId(String id) {
    this.user = Map.of("id", notBlank("id", id));
    return this;
  }

  /**
   * The user's password; required.
   *
   * @param password is copied; not empty
   * @throws IllegalArgumentException if it is empty, or holds a line end, a control character or
   *     half of a surrogate pair; the message does not contain it
   */
  public IamPasswordBuilder password(char[] password) {
    if (password.length == 0) {
      throw new IllegalArgumentException("password is empty");
    }
    HeaderText.requireOneLine("password", CharBuffer.wrap(password));
    if (this.password != null) {
      Arrays.fill(this.password, '\0');
    }
    this.password = password.clone();
    return this;
  }

  /** The user's password as a string; see {@link #password(char[])}. */
  public IamPasswordBuilder password(String password) {
    return password(password.toCharArray());
  }

  /**
   * The project of the jobs that are polled, by id; the token is for it. This or {@link
   * #projectName} is required; neither may be blank.
   */
  public IamPasswordBuilder projectId(String id) {
    this.project = Map.of("id", notBlank("id", id));
    return this;
  }

  /** The project, by a name such as {@code eu-de} or {@code eu-de_team}; see {@link #projectId}. */
  public IamPasswordBuilder projectName(String name) {
    this.project = Map.of("name", notBlank("name", name));
    return this;
  }

  /**
   * An HTTP client for the login, with its own proxy, DNS, TLS settings and interceptors; by
   * default those of the JVM. It is not changed, and its interceptors see the password. A login may
   * take 15 seconds, or as long as the client's call timeout if it has one.
   */
  public IamPasswordBuilder httpClient(OkHttpClient httpClient) {
    this.httpClient = requireNonNull(httpClient, "httpClient");
    return this;
  }

  /** HTTP proxy for the login; see {@code JobsClient.Builder.proxy}. */
  public IamPasswordBuilder proxy(String host, int port) {
    this.connection = connection.withProxy(host, port, ProxyLogin.NONE);
    return this;
  }

  /**
   * HTTP proxy with authentication for the login; see {@code JobsClient.Builder.proxy}.
   *
   * @param user user of the proxy, not of IAM
   * @param password is copied
   */
  public IamPasswordBuilder proxy(String host, int port, String user, char[] password) {
    this.connection = connection.withProxy(host, port, ProxyLogin.of(user, password));
    return this;
  }

  /** Certificates to trust; see {@code JobsClient.Builder.trustedCertificates}. */
  public IamPasswordBuilder trustedCertificates(Path pemFile) {
    this.connection = connection.withTrustedCertificates(pemFile);
    return this;
  }

  /**
   * Builds the provider; sends nothing yet. Its {@link CredentialsProvider#get()} throws an {@link
   * io.github.cloudjobs.error.AuthenticationException} if IAM refuses the user or the password,
   * another {@link io.github.cloudjobs.error.JobsServiceException} for other responses without a
   * token, and a {@link io.github.cloudjobs.error.JobsTransportException} if there is none. None of
   * them contains the password or a token.
   *
   * @throws IllegalStateException if the user, the password or the project is missing, {@link
   *     #trustedCertificates} is combined with an {@link #httpClient} that has a trust manager of
   *     its own, or a login over {@code http} to this machine would go through a proxy elsewhere
   */
  public CredentialsProvider build() {
    return build(SystemEnvironment.ofThisMachine());
  }

  CredentialsProvider build(SystemEnvironment environment) {
    Map<String, Object> who = new HashMap<>(required("user(..) or userId", user));
    char[] secret = required("password", password).clone();
    who.put("password", secret); // Jackson writes an array of characters as a string
    Object where = required("projectId(..) or projectName", project);
    if (endpoint.startsWith("http:") && connection.isDetour()) {
      throw new IllegalStateException(
          "iamEndpoint must use https, since the proxy is not on this machine: a password is sent");
    }
    Object identity = Map.of("methods", List.of("password"), "password", Map.of("user", who));
    Object login = Map.of("auth", Map.of("identity", identity, "scope", Map.of("project", where)));
    int millis = httpClient == null ? 0 : httpClient.callTimeoutMillis();
    Duration timeout = millis == 0 ? TIMEOUT : Duration.ofMillis(millis);
    OkHttpClient.Builder client = connection.derive(httpClient, timeout);
    return new IamLogin(endpoint, login, Secrets.password(secret), client, environment);
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("iamPassword(..)." + name + "(..) is missing");
    }
    return value;
  }

  private static String notBlank(String parameter, String value) {
    if (requireNonNull(value, parameter).isBlank()) {
      throw new IllegalArgumentException(parameter + " is blank");
    }
    return value;
  }

  /** With the endpoint, without the user. */
  @Override
  public String toString() {
    return "IamPasswordBuilder[" + endpoint + "]";
  }
}
