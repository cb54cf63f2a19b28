package io.github.cloudjobs.connection;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.text.Throwables;
import java.net.InetSocketAddress;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * A proxy lets nothing through. Unchecked, because OkHttp answers any {@code IOException} by trying
 * the proxy's next address, with the same password; to a caller it is a response with status 407,
 * the same until somebody changes something.
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
   * Returns the answer that a call failed for.
   *
   * @param what was asked for
   * @return null if no proxy refused it
   */
  public static @Nullable JobsServiceException in(Throwable failure, String what) {
    for (Throwable each : Throwables.chain(failure)) {
      if (each instanceof ProxyRefusalException refusal) {
        String said = String.valueOf(refusal.getMessage());
        return new JobsServiceException(
            "HTTP " + STATUS + " for " + what + ", from " + said, STATUS, null, null, null, said);
      }
    }
    return null;
  }
}
