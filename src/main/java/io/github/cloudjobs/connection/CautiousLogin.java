package io.github.cloudjobs.connection;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okhttp3.Authenticator;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Tells a proxy a user and a password with care: a hundred waits, or a proxy with two addresses,
 * would lock a user whose password is wrong. One call finds out alone whether they are taken, and
 * the others go on if they are. If not, whoever comes within half a minute is told so, and the
 * proxy nothing. One for each client. Thread-safe; calls wait on the thread they run on, for no
 * longer than one of them takes.
 */
final class CautiousLogin implements Authenticator, Interceptor {
  private static final long LEFT_ALONE = Duration.ofSeconds(30).toNanos();

  private record Refused(ProxyRefusalException refusal, long at) {}

  private final ProxyLogin login;
  private final LongSupplier nanoTime;
  private final ReentrantLock finding = new ReentrantLock();
  private volatile boolean isTaken;
  private volatile @Nullable Refused last;

  CautiousLogin(ProxyLogin login) {
    this(login, System::nanoTime);
  }

  /** For tests: time is handed in. */
  CautiousLogin(ProxyLogin login, LongSupplier nanoTime) {
    this.login = login;
    this.nanoTime = nanoTime;
  }

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response asked) throws IOException {
    requireNotRefused();
    try {
      return login.authenticate(route, asked);
    } catch (ProxyRefusalException refusal) {
      last = new Refused(refusal, nanoTime.getAsLong());
      isTaken = false; // any more: somebody changed the password, say
      throw refusal;
    }
  }

  private void requireNotRefused() throws ProxyRefusalException {
    Refused refused = last;
    if (refused != null && nanoTime.getAsLong() - refused.at < LEFT_ALONE) {
      throw new ProxyRefusalException(refused.refusal);
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    if (isTaken) {
      return login.guarded(chain);
    }
    try {
      finding.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    try {
      requireNotRefused();
      Response response = login.guarded(chain);
      isTaken = true;
      return response;
    } finally {
      finding.unlock();
    }
  }
}
