package io.github.cloudjobs.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.Secrets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.Credentials;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Basic authentication to a proxy: with the first request for a tunnel, which https uses, and
 * otherwise when the proxy asks for it. The credentials are sent once; if the proxy asks again, the
 * call fails with status 407.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7617">RFC 7617, Basic authentication</a>
 */
public final class ProxyLogin implements Authenticator {
  /** No user: a call fails if the proxy requires authentication. */
  public static final ProxyLogin NONE = new ProxyLogin(null);

  private static final String HEADER = "Proxy-Authorization";

  private final @Nullable String header; // secret

  private ProxyLogin(@Nullable String header) {
    this.header = header;
  }

  /**
   * Returns the login of a user; the password is copied, and may be empty.
   *
   * @throws IllegalArgumentException if one is refused; the message contains neither
   */
  public static ProxyLogin of(String user, char[] password) {
    HeaderText.requireSecret("proxy user", requireNonNull(user, "proxy user"));
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("proxy user holds a colon");
    }
    if (requireNonNull(password, "proxy password").length > 0) {
      HeaderText.requireSecret("proxy password", HeaderText.view(password));
    }
    return new ProxyLogin(Credentials.basic(user, new String(password), UTF_8));
  }

  boolean hasUser() {
    return header != null;
  }

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response) {
    Request request = response.request();
    boolean isTunnel = request.method().equals("CONNECT");
    if (route != null && route.requiresTunnel() && !isTunnel) {
      return null; // the response is not the proxy's, which cannot read a tunnel
    }
    boolean sent = request.header(HEADER) != null;
    boolean preemptive = asksFor("OkHttp-Preemptive", response); // before the proxy asks
    boolean basic = asksFor("Basic", response);
    if (header != null && !sent && (preemptive || basic)) {
      return request.newBuilder().header(HEADER, header).build();
    }
    if (preemptive) {
      return null;
    }
    if (sent) {
      throw refusal(request, route, "it refuses the user and the password");
    }
    String problem =
        basic
            ? "it requires a user and a password: give them to the builder's proxy(..)"
            : "it requires another authentication than Basic, which is not supported";
    throw refusal(request, route, problem);
  }

  /** Unchecked: after an IOException OkHttp would send the password to the next address too. */
  private static JobsServiceException refusal(Request request, @Nullable Route route, String why) {
    String proxy =
        route != null && route.proxy().address() instanceof InetSocketAddress address
            ? "the proxy " + address.getHostString() + ":" + address.getPort()
            : "a proxy";
    String problem = proxy + ": " + why;
    String text = "HTTP 407 for " + request.method() + " " + request.url() + ", from " + problem;
    return new JobsServiceException(text, 407, null, null, null, problem);
  }

  private static boolean asksFor(String scheme, Response response) {
    for (Challenge challenge : response.challenges()) {
      if (challenge.scheme().equalsIgnoreCase(scheme)) {
        return true;
      }
    }
    return false;
  }

  /** An interceptor that hides the password in messages about malformed HTTP, which quote it. */
  Response hidePassword(Interceptor.Chain chain) throws IOException {
    try {
      return chain.proceed(chain.request());
    } catch (IOException e) {
      throw header == null ? e : Secrets.inHeaders(List.of(Map.entry(HEADER, header))).hide(e);
    }
  }

  /** Without user and password. */
  @Override
  public String toString() {
    return "ProxyLogin";
  }
}
