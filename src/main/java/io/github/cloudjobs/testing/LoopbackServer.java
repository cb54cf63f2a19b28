package io.github.cloudjobs.testing;

import io.github.cloudjobs.testing.Answer.Delivery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A small HTTP/1.1 server on the loopback interface, a daemon thread per connection. The JDK's own
 * will not do: it overwrites {@code Date}, and it answers in two packets, which on a kept
 * connection costs 40 ms a poll.
 */
final class LoopbackServer implements AutoCloseable {
  /** More connections wait in the backlog. */
  static final int MOST_CONNECTIONS = 256;

  // Beyond this many, a connection is closed after its answer, so that those waiting get a turn.
  private static final int COMFORTABLE_CONNECTIONS = 192;
  private static final int BACKLOG = 1024;
  private static final int LONGEST_IDLE_MILLIS = 60_000;
  private static final long THREAD_KEPT_SECONDS = 5;

  private final Function<Request, Answer> service;
  private final ServerSocket socket;
  private final ExecutorService threads;
  private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private LoopbackServer(Function<Request, Answer> service, ServerSocket socket) {
    this.service = service;
    this.socket = socket;
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // the semaphore is the bound
            THREAD_KEPT_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            LoopbackServer::daemon);
  }

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @throws UncheckedIOException if there is none
   */
  static LoopbackServer start(Function<Request, Answer> service) {
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      ServerSocket socket = new ServerSocket();
      socket.bind(new InetSocketAddress(loopback, 0), BACKLOG);
      LoopbackServer server = new LoopbackServer(service, socket);
      server.threads.execute(server::acceptAll);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  private void acceptAll() {
    try {
      while (!socket.isClosed()) {
        free.acquire();
        Socket connection = socket.accept();
        open.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException | InterruptedException | RejectedExecutionException closed) {
      closeConnections(); // the last one may have come in while close() ran
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      connection.setSoTimeout(LONGEST_IDLE_MILLIS);
      converse(new HttpConnection(connection));
    } catch (IOException | InterruptedException gone) {
      // The client hung up, or the server was closed; nobody is left to be told.
    } finally {
      open.remove(connection);
      free.release();
    }
  }

  private void converse(HttpConnection connection) throws IOException, InterruptedException {
    for (Request request = connection.read(); request != null; request = connection.read()) {
      Answer answer = service.apply(request);
      TimeUnit.NANOSECONDS.sleep(TimeUnit.NANOSECONDS.convert(answer.delay()));
      if (answer.delivery() == Delivery.DROPPED) {
        return;
      }
      // Only of a GET is it known that nothing follows its head.
      boolean last =
          answer.delivery() == Delivery.TRUNCATED
              || !request.method().equals("GET")
              || "close".equalsIgnoreCase(request.header("Connection"))
              || open.size() > COMFORTABLE_CONNECTIONS;
      connection.write(answer, last);
      if (last) {
        connection.linger();
        return;
      }
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simulated-jobs");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    closeQuietly(socket);
    closeConnections();
    threads.shutdownNow();
  }

  private void closeConnections() {
    open.forEach(LoopbackServer::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is closed as far as it can be.
    }
  }
}
