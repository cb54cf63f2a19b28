package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.cloudjobs.testing.Answer.Delivery;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The JDK's HTTP server on the loopback interface, in daemon threads. It dates answers itself. */
final class LoopbackServer implements AutoCloseable {
  /** More requests wait for their turn; an idle connection takes no thread. */
  static final int MOST_AT_ONCE = 256;

  // The server writes head and body apart; with Nagle's algorithm a client that acknowledges late
  // gets the body 40 ms later. Read once per process, so it has to be there before the first
  // server.
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  private static final int BACKLOG = 1024;
  private static final long THREAD_KEPT_SECONDS = 5;

  private final Function<Request, Answer> service;
  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  private LoopbackServer(Function<Request, Answer> service, HttpServer server) {
    this.service = service;
    this.server = server;
    this.threads =
        new ThreadPoolExecutor(
            MOST_AT_ONCE,
            MOST_AT_ONCE,
            THREAD_KEPT_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            LoopbackServer::daemon);
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @throws UncheckedIOException if there is none
   */
  static LoopbackServer start(Function<Request, Answer> service) {
    System.getProperties().putIfAbsent(NO_DELAY, "true");
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      HttpServer http = HttpServer.create(new InetSocketAddress(loopback, 0), BACKLOG);
      LoopbackServer server = new LoopbackServer(service, http);
      http.createContext("/", server::handle);
      http.setExecutor(server.threads);
      // The server's own thread is a daemon if, and only if, the one that starts it is.
      CompletableFuture.runAsync(http::start, server.threads).join();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Answers, or throws to have the connection closed. */
  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(request(exchange));
      sleep(answer);
      if (answer.delivery() == Delivery.DROPPED) {
        throw new IOException("dropped on request");
      }
      write(answer, exchange);
    }
  }

  private Answer answer(Request request) {
    try {
      return service.apply(request);
    } catch (RuntimeException | Error e) {
      return Refusals.service(500, "SIM.0500", "The simulation itself failed: " + e);
    }
  }

  private static Request request(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery();
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> headers.add(Map.entry(name, value))));
    return new Request(
        exchange.getRequestMethod(), uri.getRawPath(), query == null ? "" : query, headers);
  }

  private static void sleep(Answer answer) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(TimeUnit.NANOSECONDS.convert(answer.delay()));
    } catch (InterruptedException closed) {
      throw new InterruptedIOException("closed before the answer");
    }
  }

  private static void write(Answer answer, HttpExchange exchange) throws IOException {
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body().getBytes(UTF_8);
    if (body.length == 0 || isBodiless(answer.status(), exchange.getRequestMethod())) {
      exchange.sendResponseHeaders(answer.status(), -1); // to the JDK 0 is a body of any length
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    OutputStream out = exchange.getResponseBody();
    if (answer.delivery() == Delivery.TRUNCATED) {
      out.write(body, 0, body.length / 2);
      out.flush();
      throw new IOException("truncated on request");
    }
    out.write(body);
  }

  private static boolean isBodiless(int status, String method) {
    return status == 204 || status == 304 || method.equals("HEAD");
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simulated-jobs");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
