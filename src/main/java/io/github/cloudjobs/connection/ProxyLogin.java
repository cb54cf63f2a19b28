package io.github.cloudjobs.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.Secrets;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Tells a proxy who comes, by Basic authentication: at once where a tunnel is asked for, as https
 * does, and else when the proxy asks. Once; if it asks again, the request is given up. Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7617">RFC 7617, Basic authentication</a>
 */
public final class ProxyLogin implements Authenticator {
  /** Nobody: a proxy that asks is told nothing. */
  public static final ProxyLogin NONE = new ProxyLogin(null);

  private static final String HEADER = "Proxy-Authorization";
  private static final String BASIC = "Basic";
  private static final String BEFORE_ASKED = "OkHttp-Preemptive"; // as OkHttp calls it

  private final @Nullable String value; // of the header: a secret

  private ProxyLogin(@Nullable String value) {
    this.value = value;
  }

  /**
   * Returns the login of a user.
   *
   * @param user not blank, without a colon or a control character
   * @param password without a control character, and not only blanks; may be empty. It is copied
   * @throws IllegalArgumentException if one is not as said; neither is repeated
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

  /** Whether a user was named. */
  boolean isSomebody() {
    return value != null;
  }

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response asked) {
    Request request = asked.request();
    boolean isTunnel = request.method().equals("CONNECT");
    if (route != null && route.requiresTunnel() && !isTunnel) {
      return null; // it was not the proxy who asked: it cannot read what is in a tunnel
    }
    boolean isTold = request.header(HEADER) != null;
    boolean isEarly = asked.challenges().stream().anyMatch(c -> c.scheme().equals(BEFORE_ASKED));
    boolean takesBasic =
        asked.challenges().stream().anyMatch(c -> c.scheme().equalsIgnoreCase(BASIC));
    if (value != null && !isTold && (isEarly || takesBasic)) {
      return request.newBuilder().header(HEADER, value).build();
    }
    if (isEarly) {
      return null;
    }
    throw new ProxyRefusalException(
        route,
        isTold
            ? "it refuses the user and the password"
            : takesBasic
                ? "it asks for a user and a password, which the builder's proxy(..) takes"
                : "it asks for a proof that is not Basic authentication, the only one there is"
                    + " here");
  }

  /** Keeps the login out of a complaint about a proxy's answer that is no HTTP and repeats it. */
  Response guarded(Interceptor.Chain chain) throws IOException {
    try {
      return chain.proceed(chain.request());
    } catch (IOException e) {
      throw value == null ? e : Secrets.inHeaders(List.of(Map.entry(HEADER, value))).hide(e);
    }
  }

  /** Never who comes. */
  @Override
  public String toString() {
    return value == null ? "ProxyLogin[nobody]" : "ProxyLogin[…]";
  }
}
