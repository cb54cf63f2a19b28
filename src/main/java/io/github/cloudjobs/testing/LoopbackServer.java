package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import okhttp3.Request;

/** The JDK's HTTP server on a free port of 127.0.0.1, with daemon threads. */
final class LoopbackServer {
  private static final int THREADS = 256; // idle connections need none

  // The server writes head and body separately. With Nagle's algorithm a client that delays its
  // acknowledgements gets the body 40 ms late. Read once, before the first server of the JVM.
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  private final SimulatedJobs service;
  private final HttpServer server;
  private final ExecutorService threads;

  LoopbackServer(SimulatedJobs service) {
    this.service = service;
    System.getProperties().putIfAbsent(NO_DELAY, "true");
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      server = HttpServer.create(new InetSocketAddress(loopback, 0), 1024);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
    }
    threads = Executors.newFixedThreadPool(THREADS, LoopbackServer::daemon);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    // The server's own thread is a daemon if, and only if, the one that starts it is.
    CompletableFuture.runAsync(server::start, threads).join();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simulated-jobs");
    thread.setDaemon(true);
    return thread;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      SimulatedResponse response = respond(exchange);
      TimeUnit.NANOSECONDS.sleep(TimeUnit.NANOSECONDS.convert(response.delay));
      send(response, exchange);
    } catch (InterruptedException closed) {
      // no response
    }
    exchange.close(); // closes the connection too if a part of the response is missing
  }

  /** Functions of scripts may throw. */
  private SimulatedResponse respond(HttpExchange exchange) {
    try {
      return service.respond(exchange.getRequestMethod(), request(exchange));
    } catch (RuntimeException | Error e) {
      return SimulatedResponse.serviceError(500, "SIM.0500", "The simulation itself failed: " + e);
    }
  }

  /** Returns a GET request, whatever the method: only these are signed. */
  private Request request(HttpExchange exchange) {
    Headers.Builder headers = new Headers.Builder();
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      for (String value : header.getValue()) {
        headers.addUnsafeNonAscii(header.getKey(), value);
      }
    }
    String url = url() + exchange.getRequestURI();
    return new Request.Builder().url(url).headers(headers.build()).build();
  }

  private static void send(SimulatedResponse response, HttpExchange exchange) throws IOException {
    int status = response.status;
    if (status == 0) {
      return;
    }
    exchange.getResponseHeaders().putAll(response.headers.toMultimap());
    byte[] body = response.body.getBytes(UTF_8);
    boolean bodiless = status == 204 || status == 304 || body.length == 0;
    if (bodiless || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1); // to the JDK 0 means any length
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body, 0, body.length / (response.truncated ? 2 : 1));
    exchange.getResponseBody().flush();
  }

  void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
