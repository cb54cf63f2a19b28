package io.github.cloudjobs.http;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps from OkHttp the answers that would make it send a request again by itself: 408, 421, and
 * 503 with {@code Retry-After: 0}. A request that is sent again would carry an old signature, and a
 * wait decides for itself when to poll. Works on the network side; {@link #statusOf} undoes the
 * disguise.
 */
final class StatusGuard implements Interceptor {
  private static final String TRUE_STATUS = "Jobs-Client-Status";
  private static final int NEUTRAL = 499; // no meaning in HTTP, and none to OkHttp

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    return switch (response.code()) {
      case 408, 421, 503 ->
          response
              .newBuilder()
              .code(NEUTRAL)
              .header(TRUE_STATUS, Integer.toString(response.code()))
              .build();
      default -> response.newBuilder().removeHeader(TRUE_STATUS).build();
    };
  }

  /** The status that was really sent. */
  static int statusOf(Response response) {
    String disguised = response.header(TRUE_STATUS);
    return disguised == null ? response.code() : Integer.parseInt(disguised);
  }
}
