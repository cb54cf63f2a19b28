package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.HttpProxy;
import io.github.cloudjobs.connection.Loopback;
import io.github.cloudjobs.connection.ProxyLogin;
import io.github.cloudjobs.connection.ServiceUrl;
import io.github.cloudjobs.connection.TrustedCertificates;
import java.nio.file.Path;
import java.util.Arrays;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Collects what IAM asks for before it gives a token: a user, a password and the project that the
 * token is to be good for. Begun by {@link CredentialsProvider#iamPassword}; not thread-safe.
 *
 * <p>What it builds logs in when it is first asked, and keeps the token: it is renewed in the
 * background 5 minutes before its end, by one login however many ask, and the old one stays in use
 * as long as it lives if that fails. After a refused login IAM is not asked again for 15 minutes,
 * since an account locks a user after a few wrong passwords; callers are told the refusal
 * meanwhile.
 *
 * <p><strong>The password</strong> is copied, and the copy is kept in memory as long as the
 * provider is, for every renewal. A {@code char[]} that was handed in can be overwritten as soon as
 * {@link #build()} has returned, or even before; the copies that the JVM, TLS and the HTTP library
 * make of what they send cannot be, and a heap dump may show them.
 *
 * @see <a href="https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html">Obtaining a
 *     User Token Through Password Authentication</a>
 */
public final class IamPasswordBuilder {
  private static final String TOKENS = "/v3/auth/tokens";

  private final String endpoint;
  private @Nullable String user;
  private @Nullable String account;
  private char @Nullable [] password;
  private @Nullable String projectBy;
  private @Nullable String project;
  private @Nullable OkHttpClient httpClient;
  private ConnectionSettings connection = ConnectionSettings.NONE;

  IamPasswordBuilder(String endpoint) {
    this.endpoint = checked(endpoint);
  }

  /** Takes addresses as the tools of OpenStack write them, too: with {@code /v3} at their end. */
  private static String checked(String endpoint) {
    HttpUrl url = ServiceUrl.parse("iamEndpoint", endpoint, "https://iam.eu-de.otc.t-systems.com");
    if (!url.isHttps() && !Loopback.is(url.host())) {
      throw new IllegalArgumentException("iamEndpoint must use https: a password is sent there");
    }
    String path = url.encodedPath();
    if (path.endsWith(TOKENS)) {
      String base = path.substring(0, path.length() - TOKENS.length());
      throw new IllegalArgumentException(
          "iamEndpoint must not end in "
              + TOKENS
              + ", which is added to it: give "
              + ServiceUrl.text(ServiceUrl.withPath(url, base)));
    }
    int end = path.endsWith("/v3") ? path.length() - "/v3".length() : path.length();
    return ServiceUrl.text(ServiceUrl.withPath(url, path.substring(0, end)));
  }

  /**
   * Who logs in, by name. This or {@link #userId} has to be called.
   *
   * @param name of the IAM user; not blank
   * @param account name of the account (domain) that the user belongs to; not blank
   */
  public IamPasswordBuilder user(String name, String account) {
    this.user = content("name", name);
    this.account = content("account", account);
    return this;
  }

  /**
   * Who logs in, by id.
   *
   * @param id of the IAM user; not blank
   */
  public IamPasswordBuilder userId(String id) {
    this.user = content("id", id);
    this.account = null;
    return this;
  }

  /**
   * The user's password; has to be given.
   *
   * @param password is copied and left as it is; not empty
   */
  public IamPasswordBuilder password(char[] password) {
    if (password.length == 0) {
      throw new IllegalArgumentException("password is empty");
    }
    if (this.password != null) {
      Arrays.fill(this.password, '\0');
    }
    this.password = password.clone();
    return this;
  }

  /** Like {@link #password(char[])}, for one that is a string anyway; not empty. */
  public IamPasswordBuilder password(String password) {
    return password(password.toCharArray());
  }

  /**
   * The project that the token is good for, by id: the one whose jobs are asked for. This or {@link
   * #projectName} has to be called.
   *
   * @param id not blank
   */
  public IamPasswordBuilder projectId(String id) {
    this.projectBy = "id";
    this.project = content("id", id);
    return this;
  }

  /**
   * The project that the token is good for, by name.
   *
   * @param name such as {@code eu-de}, or {@code eu-de_team}; not blank
   */
  public IamPasswordBuilder projectName(String name) {
    this.projectBy = "name";
    this.project = content("name", name);
    return this;
  }

  /**
   * Whose connections, proxy, DNS and TLS to use for logging in. By default the JVM's proxy and
   * trust. It is left as it is; its interceptors see the password. A login may take 15 seconds in
   * all, or as long as its call timeout says.
   */
  public IamPasswordBuilder httpClient(OkHttpClient httpClient) {
    this.httpClient = requireNonNull(httpClient, "httpClient");
    return this;
  }

  /**
   * Logs in through an HTTP proxy; as {@code JobsClient.Builder.proxy}.
   *
   * @throws IllegalArgumentException if the host is none, or the port is not from 1 to 65535
   */
  public IamPasswordBuilder proxy(String host, int port) {
    this.connection = connection.through(new HttpProxy(host, port, ProxyLogin.NONE));
    return this;
  }

  /**
   * Logs in through an HTTP proxy that asks who comes; as {@code JobsClient.Builder.proxy}.
   *
   * @param password of the proxy's user, not of IAM's; is copied
   * @throws IllegalArgumentException if something is not as said; user and password are not
   *     repeated
   */
  public IamPasswordBuilder proxy(String host, int port, String user, char[] password) {
    this.connection = connection.through(new HttpProxy(host, port, ProxyLogin.of(user, password)));
    return this;
  }

  /**
   * Trusts the certificates of a file besides those that are trusted anyway; as {@code
   * JobsClient.Builder.trustedCertificates}.
   *
   * @throws java.io.UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it holds no certificate, or one that cannot be read
   */
  public IamPasswordBuilder trustedCertificates(Path pemFile) {
    this.connection = connection.trusting(TrustedCertificates.of(pemFile));
    return this;
  }

  /**
   * Makes the provider; sends nothing yet. Its {@link CredentialsProvider#get()} throws an {@link
   * io.github.cloudjobs.error.AuthenticationException} if IAM refuses the user or the password, a
   * {@link io.github.cloudjobs.error.ThrottledException} for 429 and 503, another {@link
   * io.github.cloudjobs.error.JobsServiceException} for other answers without a token, and a {@link
   * io.github.cloudjobs.error.JobsTransportException} if no answer comes. None repeats the password
   * or a token.
   *
   * @throws IllegalStateException if the user, the password or the project was not given, or a
   *     login over {@code http} to this machine would go through a proxy elsewhere
   */
  public CredentialsProvider build() {
    return build(Surroundings.ofThisMachine());
  }

  CredentialsProvider build(Surroundings surroundings) {
    String who = given("user(..) or userId", user);
    char[] secret = given("password", password).clone();
    LoginBody body =
        new LoginBody(who, account, by(), given("projectId(..) or projectName", project));
    if (endpoint.startsWith("http:") && connection.isDetour()) {
      throw new IllegalStateException(
          "iamEndpoint must use https, since the proxy is not on this machine: a password is sent");
    }
    SourceHttp http =
        SourceHttp.internet(httpClient, connection, IamLogin.TIMEOUT, IamLogin.MOST_BYTES);
    return new Refresher(
        "IAM at " + endpoint,
        new IamLogin(endpoint, body, secret, http),
        IamLogin.MARGIN,
        surroundings);
  }

  private String by() {
    return given("projectId(..) or projectName", projectBy);
  }

  private static <T> T given(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("iamPassword(..)." + name + "(..) is missing");
    }
    return value;
  }

  private static String content(String parameter, String value) {
    if (requireNonNull(value, parameter).isBlank()) {
      throw new IllegalArgumentException(parameter + " is blank");
    }
    return value;
  }

  /** Names where the login goes, and not who logs in. */
  @Override
  public String toString() {
    return "IamPasswordBuilder[" + endpoint + "]";
  }
}
