package io.github.cloudjobs.connection;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Proxy;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.Route;

/**
 * Keeps from OkHttp the responses that would make it send a request again by itself: 408, 421, and
 * 503 with {@code Retry-After: 0}; and a 407 that no proxy sent, which it takes for a fault of the
 * protocol. A request that is sent again would carry an old signature, or a password once more; and
 * a wait decides for itself when to poll. OkHttp sees another status instead; every interceptor of
 * the user's sees the true one, on either side of OkHttp.
 */
public final class StatusGuard {
  private static final String TRUE_STATUS = "Jobs-Client-Status";
  private static final int NEUTRAL = 499; // no meaning in HTTP, and none to OkHttp

  private StatusGuard() {}

  /** Adds the guard to a client that is complete otherwise: no interceptor may be added later. */
  public static void addTo(OkHttpClient.Builder client) {
    client.networkInterceptors().add(0, StatusGuard::disguise);
    client.addInterceptor(StatusGuard::undisguise);
  }

  private static Response disguise(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    boolean disguised =
        switch (response.code()) {
          case 408, 421, 503 -> true;
          case 407 -> !isProxied(requireNonNull(chain.connection()).route());
          default -> false;
        };
    Response.Builder guarded = response.newBuilder();
    return disguised
        ? guarded.code(NEUTRAL).header(TRUE_STATUS, Integer.toString(response.code())).build()
        : guarded.removeHeader(TRUE_STATUS).build();
  }

  /** Whether a proxy reads the request; through a tunnel, which https takes, it cannot. */
  private static boolean isProxied(Route route) {
    return route.proxy().type() == Proxy.Type.HTTP && !route.requiresTunnel();
  }

  private static Response undisguise(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    String status = response.header(TRUE_STATUS);
    return status == null
        ? response
        : response.newBuilder().code(Integer.parseInt(status)).removeHeader(TRUE_STATUS).build();
  }
}
