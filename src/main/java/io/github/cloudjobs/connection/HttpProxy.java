package io.github.cloudjobs.connection;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.text.SafeText;
import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.HttpUrl;

/**
 * A proxy that is spoken to in HTTP. Immutable.
 *
 * @param host a name or an address
 * @param login how it is told who comes
 */
public record HttpProxy(String host, int port, ProxyLogin login) {
  private static final int LAST_PORT = 0xFFFF;

  /**
   * Checks an address.
   *
   * @throws IllegalArgumentException if the host is none, which is not repeated, or the port is not
   *     from 1 to 65535
   */
  public HttpProxy {
    host = checked(host);
    if (port < 1 || port > LAST_PORT) {
      throw new IllegalArgumentException("proxy port must be from 1 to 65535: " + port);
    }
  }

  private static String checked(String host) {
    requireNonNull(host, "proxy host");
    try {
      return new HttpUrl.Builder().scheme("http").host(host).build().host();
    } catch (IllegalArgumentException repeatsIt) { // and it may have a password before the host
      throw new IllegalArgumentException(
          "proxy host must be a name or an address alone, without scheme, user and port"
              + SafeText.invisibleNote(host));
    }
  }

  /** Its address, with a name that is looked up for each connection. */
  Proxy address() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }
}
