package io.github.cloudjobs.connection;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Proxy;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.Route;

/**
 * Hides from OkHttp the responses after which it would send a request again by itself, or fail:
 * 408, 421, 503 with {@code Retry-After: 0}, and a 407 that is not the proxy's. A repeated request
 * would carry an old signature or a password once more, and a wait has its own schedule. OkHttp's
 * core sees a neutral status; interceptors on either side of it see the true one.
 */
public final class NoImplicitRetryInterceptor {
  private static final String TRUE_STATUS = "Jobs-Client-Status";
  private static final int NEUTRAL = 499; // has no meaning in HTTP or OkHttp

  private NoImplicitRetryInterceptor() {}

  /** Adds it to a client. Interceptors added later would see the neutral status. */
  public static void addTo(OkHttpClient.Builder client) {
    client.networkInterceptors().add(0, NoImplicitRetryInterceptor::hideStatus);
    client.addInterceptor(NoImplicitRetryInterceptor::restoreStatus);
  }

  private static Response hideStatus(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    boolean hidden =
        switch (response.code()) {
          case 408, 421, 503 -> true;
          case 407 -> !isReadByProxy(requireNonNull(chain.connection()).route());
          default -> false;
        };
    Response.Builder changed = response.newBuilder();
    return hidden
        ? changed.code(NEUTRAL).header(TRUE_STATUS, Integer.toString(response.code())).build()
        : changed.removeHeader(TRUE_STATUS).build();
  }

  /** Whether an HTTP proxy reads the request; it cannot read a tunnel. */
  private static boolean isReadByProxy(Route route) {
    return route.proxy().type() == Proxy.Type.HTTP && !route.requiresTunnel();
  }

  private static Response restoreStatus(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    String status = response.header(TRUE_STATUS);
    return status == null
        ? response
        : response.newBuilder().code(Integer.parseInt(status)).removeHeader(TRUE_STATUS).build();
  }
}
