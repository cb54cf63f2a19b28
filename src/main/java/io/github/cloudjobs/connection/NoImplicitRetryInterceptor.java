package io.github.cloudjobs.connection;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Proxy;
import okhttp3.Authenticator;
import okhttp3.CookieJar;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.Route;

/**
 * Makes every call one request: a redirect or a repetition by OkHttp itself would carry an old
 * signature or a password once more. OkHttp's core sees another status than 408, 421, 503, and 407
 * if it is not the proxy's; interceptors on either side of it see the true one.
 */
public final class NoImplicitRetryInterceptor {
  private static final int HIDDEN = 1_000; // added to a status: no server can send four digits

  private NoImplicitRetryInterceptor() {}

  /** Changes a client. Interceptors added later would see the other status. */
  public static void addTo(OkHttpClient.Builder client) {
    allowNoFollowUp(client);
    client.networkInterceptors().add(0, NoImplicitRetryInterceptor::hideStatus);
    client.addInterceptor(chain -> restoreStatus(chain.proceed(chain.request())));
  }

  /**
   * Changes a client whose own first network interceptor calls {@link #hideStatus}, and its last
   * interceptor {@link #restoreStatus}: each interceptor costs every request a copy of OkHttp's
   * chain.
   */
  public static void allowNoFollowUp(OkHttpClient.Builder client) {
    client
        .followRedirects(false)
        .followSslRedirects(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null);
  }

  /** Sends a request; returns its response with a status that OkHttp's core does not react to. */
  public static Response hideStatus(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    boolean hidden =
        switch (response.code()) {
          case 408, 421, 503 -> true;
          case 407 -> !isReadByProxy(requireNonNull(chain.connection()).route());
          default -> false;
        };
    return hidden ? withStatus(response, response.code() + HIDDEN) : response;
  }

  /** Whether an HTTP proxy reads the request; it cannot read a tunnel. */
  private static boolean isReadByProxy(Route route) {
    return route.proxy().type() == Proxy.Type.HTTP && !route.requiresTunnel();
  }

  /** Returns a response of OkHttp's core with its true status. */
  public static Response restoreStatus(Response response) {
    int code = response.code();
    return code < HIDDEN ? response : withStatus(response, code - HIDDEN);
  }

  private static Response withStatus(Response response, int code) {
    return response.newBuilder().code(code).build();
  }
}
