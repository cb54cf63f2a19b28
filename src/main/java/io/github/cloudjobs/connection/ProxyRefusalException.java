package io.github.cloudjobs.connection;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.text.Throwables;
import java.net.InetSocketAddress;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * A proxy requires other authentication, or refuses it. Unchecked, because after an {@code
 * IOException} OkHttp would try the proxy's next address with the same password. Callers get it as
 * a response with status 407.
 */
public final class ProxyRefusalException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int STATUS = 407;

  ProxyRefusalException(@Nullable Route route, String why) {
    super(address(route) + ": " + why);
  }

  private static String address(@Nullable Route route) {
    return route != null && route.proxy().address() instanceof InetSocketAddress proxy
        ? "the proxy " + proxy.getHostString() + ":" + proxy.getPort()
        : "a proxy";
  }

  /**
   * Returns the refusal among a failure and its causes as the exception of a response.
   *
   * @param what the refused request, for the message
   * @return null if there is none
   */
  public static @Nullable JobsServiceException in(Throwable failure, String what) {
    for (Throwable each : Throwables.chain(failure)) {
      if (each instanceof ProxyRefusalException refusal) {
        String problem = String.valueOf(refusal.getMessage());
        return new JobsServiceException(
            "HTTP " + STATUS + " for " + what + ", from " + problem,
            STATUS,
            null,
            null,
            null,
            problem);
      }
    }
    return null;
  }
}
