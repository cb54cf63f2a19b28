package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.cloudjobs.testing.SimulatedResponse.Delivery;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import okhttp3.Headers;
import okhttp3.Request;

/** The JDK's HTTP server on the loopback interface, with daemon threads. */
final class LoopbackServer implements AutoCloseable {
  private static final int THREADS = 256; // idle connections need none

  // The server writes head and body separately. With Nagle's algorithm a client that delays its
  // acknowledgements gets the body 40 ms late. Read once, before the first server of the JVM.
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  private static final int BACKLOG = 1024;

  private final BiFunction<String, Request, SimulatedResponse> service;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(THREADS, LoopbackServer::daemon);

  /**
   * Starts a server on a free port of 127.0.0.1.
   *
   * @param service responds to a method and a request
   */
  LoopbackServer(BiFunction<String, Request, SimulatedResponse> service) {
    this.service = service;
    System.getProperties().putIfAbsent(NO_DELAY, "true");
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      server = HttpServer.create(new InetSocketAddress(loopback, 0), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    // The server's own thread is a daemon if, and only if, the one that starts it is.
    CompletableFuture.runAsync(server::start, threads).join();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Sends the response, or throws to close the connection. */
  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      SimulatedResponse response = respond(exchange);
      sleep(response.delay());
      if (response.delivery() == Delivery.DROPPED) {
        throw new IOException("dropped on request");
      }
      write(response, exchange);
    }
  }

  private SimulatedResponse respond(HttpExchange exchange) {
    try {
      return service.apply(exchange.getRequestMethod(), request(exchange));
    } catch (RuntimeException | Error e) {
      return SimulatedResponse.serviceError(500, "SIM.0500", "The simulation itself failed: " + e);
    }
  }

  /** Returns a GET request, whatever the method: only these are signed. */
  private Request request(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String url = "http://127.0.0.1:" + port() + uri.getRawPath() + query;
    Headers.Builder headers = new Headers.Builder();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> headers.addUnsafeNonAscii(name, value)));
    return new Request.Builder().url(url).headers(headers.build()).build();
  }

  private static void sleep(Duration delay) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(TimeUnit.NANOSECONDS.convert(delay));
    } catch (InterruptedException closed) {
      throw new InterruptedIOException("closed before the response");
    }
  }

  private static void write(SimulatedResponse response, HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().putAll(response.headers().toMultimap());
    byte[] body = response.body().getBytes(UTF_8);
    boolean bodiless = response.status() == 204 || response.status() == 304;
    if (body.length == 0 || bodiless || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(response.status(), -1); // to the JDK 0 means any length
      return;
    }
    exchange.sendResponseHeaders(response.status(), body.length);
    OutputStream out = exchange.getResponseBody();
    if (response.delivery() == Delivery.TRUNCATED) {
      out.write(body, 0, body.length / 2);
      out.flush();
      throw new IOException("truncated on request");
    }
    out.write(body);
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
