package io.github.cloudjobs.connection;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.text.SafeText;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import okhttp3.Authenticator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** How a client connects: its proxy, trusted certificates, and whether {@code http} is allowed. */
public final class ConnectionSettings {
  public static final ConnectionSettings DEFAULTS =
      new ConnectionSettings(null, ProxyLogin.NONE, null, false);

  /**
   * OkHttp does not notice a call timeout between connecting and the handshake or tunnel; the read
   * timeout then ends the call, which would otherwise never end.
   */
  private static final Duration AFTER_CALL = Duration.ofSeconds(1);

  private static final long SHORTEST_PING = 250; // milliseconds
  private static final long LONGEST_PING = 10_000;

  private final @Nullable Proxy proxy;
  private final ProxyLogin login;
  private final @Nullable TrustedCertificates trust;
  private final boolean plaintext;

  private ConnectionSettings(
      @Nullable Proxy proxy,
      ProxyLogin login,
      @Nullable TrustedCertificates trust,
      boolean plaintext) {
    this.proxy = proxy;
    this.login = login;
    this.trust = trust;
    this.plaintext = plaintext;
  }

  /**
   * Returns a copy with an HTTP proxy. Its name is resolved for each connection.
   *
   * @throws IllegalArgumentException if the host is neither a name nor an address, or the port is
   *     not from 1 to 65535; the message does not contain the host, which may begin with a password
   */
  public ConnectionSettings withProxy(String host, int port, ProxyLogin login) {
    String name;
    try {
      HttpUrl.Builder url = new HttpUrl.Builder().scheme("http");
      name = url.host(requireNonNull(host, "proxy host")).build().host();
    } catch (IllegalArgumentException containsIt) {
      throw new IllegalArgumentException(
          "proxy host must be a name or an address alone, without scheme, user and port"
              + SafeText.invisibleNote(host));
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("proxy port must be from 1 to 65535: " + port);
    }
    InetSocketAddress address = InetSocketAddress.createUnresolved(name, port);
    return new ConnectionSettings(new Proxy(Proxy.Type.HTTP, address), login, trust, plaintext);
  }

  public ConnectionSettings withTrustedCertificates(Path pemFile) {
    return new ConnectionSettings(proxy, login, TrustedCertificates.of(pemFile), plaintext);
  }

  /** Returns a copy that allows {@code http}, which anybody on the way can read, to any host. */
  public ConnectionSettings withPlaintext() {
    return new ConnectionSettings(proxy, login, trust, true);
  }

  /** By default only to this machine, and not through a proxy elsewhere. */
  boolean allowsPlainHttp(String host) {
    return plaintext || (Endpoint.isLoopback(host) && !isDetour());
  }

  /** Whether requests to this machine go through a proxy on another one. */
  public boolean isDetour() {
    return proxy != null
        && proxy.address() instanceof InetSocketAddress address
        && !Endpoint.isLoopback(address.getHostString());
  }

  /**
   * Returns the builder of a client with these settings on top of those of the user's, if there is
   * one. It notices within one call that an HTTP/2 connection has died without being closed.
   *
   * @throws IllegalStateException if there are trusted certificates and the user's client has a
   *     trust manager of its own
   */
  public OkHttpClient.Builder derive(@Nullable OkHttpClient user, Duration callTimeout) {
    OkHttpClient base = user == null ? new OkHttpClient() : user;
    OkHttpClient.Builder derived = base.newBuilder().callTimeout(callTimeout);
    if (user == null) { // the call timeout covers reading and writing
      long ping = Math.min(callTimeout.toMillis() / 4, LONGEST_PING);
      derived
          .readTimeout(callTimeout.plus(AFTER_CALL))
          .writeTimeout(Duration.ZERO)
          .pingInterval(Duration.ofMillis(Math.max(SHORTEST_PING, ping)));
    } else if (!detectsDeadConnections(user, callTimeout)) {
      long half = Math.max(1, callTimeout.toMillis() / 2); // zero is none
      derived.readTimeout(Duration.ofMillis(half)); // then OkHttp checks the connection by a ping
    }
    if (proxy != null) {
      derived.proxy(proxy);
    }
    boolean answersProxy = user == null || proxy != null || user.proxy() != null;
    if (login.hasUser()) {
      derived.proxyAuthenticator(login).addInterceptor(login::hidePassword);
    } else if (answersProxy && base.proxyAuthenticator() == Authenticator.NONE) {
      derived.proxyAuthenticator(login); // another authenticator prevents sharing connections
    }
    if (trust != null) {
      trust.addTo(derived, base.x509TrustManager());
    }
    return derived;
  }

  /** Whether the read timeout or two ping intervals of a client are shorter than a call. */
  private static boolean detectsDeadConnections(OkHttpClient user, Duration callTimeout) {
    long call = callTimeout.toMillis();
    long read = user.readTimeoutMillis();
    long pings = 2L * user.pingIntervalMillis(); // a missing pong is found at the next ping
    return (read > 0 && read < call) || (pings > 0 && pings <= call);
  }
}
