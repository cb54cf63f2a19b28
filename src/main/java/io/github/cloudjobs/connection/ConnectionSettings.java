package io.github.cloudjobs.connection;

import java.time.Duration;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * What is set on a client's connections; immutable.
 *
 * @param proxy null for what the client does by itself
 * @param trust null for what the client trusts by itself
 */
public record ConnectionSettings(@Nullable HttpProxy proxy, @Nullable TrustedCertificates trust) {
  /** Nothing is set. */
  public static final ConnectionSettings NONE = new ConnectionSettings(null, null);

  /** Of our own clients; the shortest keeps the traffic of idle connections low. */
  /**
   * OkHttp misses a call timeout that passes between connecting and the handshake or tunnel; the
   * read timeout then ends the call, which would stay forever.
   */
  private static final Duration AFTER_CALL = Duration.ofSeconds(1);

  private static final Duration SHORTEST_PING = Duration.ofMillis(250);

  private static final Duration LONGEST_PING = Duration.ofSeconds(10);

  /** Returns the same with another proxy. */
  public ConnectionSettings through(HttpProxy other) {
    return new ConnectionSettings(other, trust);
  }

  /** Returns the same with other certificates. */
  public ConnectionSettings trusting(TrustedCertificates others) {
    return new ConnectionSettings(proxy, others);
  }

  /** Whether what is sent leaves this machine on its way to an address on it. */
  public boolean isDetour() {
    return proxy != null && !Loopback.is(proxy.host());
  }

  /**
   * Begins a client that has these settings, and that notices within one call when a connection of
   * HTTP/2 has died without being closed.
   *
   * @param user whose connections and other settings it takes over, and which is left as it is;
   *     null for a new one
   * @param call how long a call may take
   */
  public OkHttpClient.Builder derive(@Nullable OkHttpClient user, Duration call) {
    OkHttpClient base = user == null ? new OkHttpClient() : user;
    OkHttpClient.Builder derived = base.newBuilder().callTimeout(call);
    if (user == null) { // the call timeout covers reading and writing
      derived.readTimeout(call.plus(AFTER_CALL)).writeTimeout(Duration.ZERO);
      derived.pingInterval(ping(call));
    } else if (!noticesDeadConnections(user, call)) {
      derived.readTimeout(half(call)); // after which OkHttp checks the connection by a ping
    }
    if (proxy != null) {
      derived.proxy(proxy.address());
    }
    ProxyLogin login = proxy == null ? ProxyLogin.NONE : proxy.login();
    boolean isOurs = user == null || proxy != null || user.proxy() != null; // to answer a proxy
    if (login.isSomebody()) {
      derived.proxyAuthenticator(login).addInterceptor(login::guarded);
    } else if (isOurs && base.proxyAuthenticator() == Authenticator.NONE) {
      derived.proxyAuthenticator(login); // another one would keep connections from being shared
    }
    if (trust != null) {
      trust.addTo(derived, base.x509TrustManager());
    }
    return derived;
  }

  private static Duration ping(Duration call) {
    Duration quarter = call.dividedBy(4);
    return quarter.compareTo(SHORTEST_PING) < 0
        ? SHORTEST_PING
        : quarter.compareTo(LONGEST_PING) > 0 ? LONGEST_PING : quarter;
  }

  /** Whether a read timeout or two pings of a user's client pass within a call. */
  private static boolean noticesDeadConnections(OkHttpClient user, Duration call) {
    long read = user.readTimeoutMillis();
    long pings = 2L * user.pingIntervalMillis(); // one is sent, and missed when the next is due
    return (read > 0 && read < call.toMillis()) || (pings > 0 && pings <= call.toMillis());
  }

  /** Half the duration; at least 1 ms, since OkHttp takes zero for no limit. */
  private static Duration half(Duration call) {
    return Duration.ofMillis(Math.max(1, call.toMillis() / 2));
  }
}
