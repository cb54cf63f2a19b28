package io.github.cloudjobs.connection;

import io.github.cloudjobs.text.Loopback;
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
   * Begins a client that has these settings.
   *
   * @param user whose connections and other settings it takes over, and which is left as it is;
   *     null for a new one
   */
  public OkHttpClient.Builder derive(@Nullable OkHttpClient user) {
    OkHttpClient base = user == null ? new OkHttpClient() : user;
    OkHttpClient.Builder derived = base.newBuilder();
    if (proxy != null) {
      derived.proxy(proxy.address());
    }
    ProxyLogin login = proxy == null ? ProxyLogin.NONE : proxy.login();
    boolean isOurs = user == null || proxy != null || user.proxy() != null; // to answer a proxy
    if (login.isSomebody()) {
      CautiousLogin cautious = new CautiousLogin(login);
      derived.proxyAuthenticator(cautious).addInterceptor(cautious);
    } else if (isOurs && base.proxyAuthenticator() == Authenticator.NONE) {
      derived.proxyAuthenticator(login); // another one would keep connections from being shared
    }
    if (trust != null) {
      trust.addTo(derived, base.x509TrustManager());
    }
    return derived;
  }
}
