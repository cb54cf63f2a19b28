package io.github.cloudjobs.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.github.cloudjobs.benchmark.harness.Bodies;
import io.github.cloudjobs.benchmark.harness.Contender;
import io.github.cloudjobs.benchmark.harness.Figure;
import io.github.cloudjobs.benchmark.harness.Operation;
import io.github.cloudjobs.benchmark.harness.PollTimes;
import io.github.cloudjobs.benchmark.harness.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The least that any implementation has to do, with the libraries that ours is built on. */
public final class FloorContender implements Contender {
  /** What is kept of a wait: the ids of the job, and the future that the caller has. */
  private record Wait(String projectId, String jobId, CompletableFuture<String> future)
      implements Runnable {
    @Override
    public void run() {
      future.complete(jobId);
    }
  }

  private final JsonFactory json = new JsonFactory();

  @Override
  public Operation prepare(String operation, List<String> arguments) throws Exception {
    return switch (operation) {
      case "sign" -> Operation.repeated(hashes());
      case "decode" -> {
        byte[] body = Bodies.named(arguments.get(0));
        yield Operation.repeated(() -> tokens(body));
      }
      case "poll" -> Operation.repeated(threads(arguments), enqueued(arguments));
      case "execute" -> Operation.repeated(threads(arguments), executed(arguments));
      case "first-job" -> {
        Callable<byte[]> poll = enqueued(arguments);
        yield Operation.repeated(() -> tokens(poll.call()));
      }
      case "waits" -> time -> waits(waits(arguments), delay(arguments), null, time);
      case "waits-http" ->
          time -> waits(waits(arguments), delay(arguments), arguments.get(2), time);
      case "heap" -> time -> heap(waits(arguments));
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static int threads(List<String> arguments) {
    return Integer.parseInt(arguments.get(1));
  }

  private static int waits(List<String> arguments) {
    return Integer.parseInt(arguments.get(0));
  }

  private static Duration delay(List<String> arguments) {
    return Duration.ofMillis(Long.parseLong(arguments.get(1)));
  }

  /** The hashes of an empty body and of a canonical request, and the signature of the latter. */
  private static Callable<byte[]> hashes() throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec("an-invented-secret-that-opens-nothing-01".getBytes(UTF_8), "K"));
    byte[] noBody = new byte[0];
    byte[] canonicalRequest = new byte[280];
    byte[] stringToSign = new byte[100];
    return () -> {
      sha256.digest(noBody);
      sha256.digest(canonicalRequest);
      return hmac.doFinal(stringToSign);
    };
  }

  private int tokens(byte[] body) throws IOException {
    int count = 0;
    try (JsonParser parser = json.createParser(body)) {
      while (parser.nextToken() != null) {
        count++;
      }
    }
    return count;
  }

  private static Callable<byte[]> enqueued(List<String> arguments) throws Exception {
    OkHttpClient client = client();
    Request request = request(arguments.get(0), 1);
    return () -> {
      CompletableFuture<byte[]> bytes = new CompletableFuture<>();
      enqueue(client, request, bytes::complete, bytes::completeExceptionally);
      return bytes.get();
    };
  }

  private static Callable<byte[]> executed(List<String> arguments) throws Exception {
    OkHttpClient client = client();
    Request request = request(arguments.get(0), 1);
    return () -> {
      try (Response response = client.newCall(request).execute()) {
        return response.body().bytes();
      }
    };
  }

  private static Request request(String endpoint, int number) {
    return new Request.Builder()
        .url(endpoint + "/v1/" + Bodies.PROJECT + "/jobs/" + Bodies.jobId(number))
        .build();
  }

  private static void enqueue(
      OkHttpClient client, Request request, Consumer<byte[]> bytes, Consumer<IOException> failure) {
    client
        .newCall(request)
        .enqueue(
            new Callback() {
              @Override
              public void onResponse(Call call, Response response) throws IOException {
                try (response) {
                  bytes.accept(response.body().bytes());
                }
              }

              @Override
              public void onFailure(Call call, IOException e) {
                failure.accept(e);
              }
            });
  }

  /** One thread re-arms an object for each wait, which polls by HTTP if there is an endpoint. */
  private static Map<Figure, Double> waits(
      int waits, Duration delay, String endpoint, Duration time) throws Exception {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // at the end
    try {
      PollTimes times = new PollTimes(waits, delay);
      OkHttpClient client = endpoint == null ? null : client();
      for (int i = 0; i < waits; i++) {
        int wait = i;
        Request request = endpoint == null ? null : request(endpoint, i);
        new Runnable() {
          @Override
          public void run() {
            times.polled(wait);
            if (client == null) {
              rearm();
            } else {
              enqueue(client, request, bytes -> rearm(), IOException::printStackTrace);
            }
          }

          void rearm() {
            scheduler.schedule(this, times.nextDelay(wait).toNanos(), TimeUnit.NANOSECONDS);
          }
        }.run();
      }
      return times.measure(time);
    } finally {
      scheduler.shutdownNow();
    }
  }

  private static Map<Figure, Double> heap(int waits) throws InterruptedException {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    try {
      CompletableFuture<?>[] futures = new CompletableFuture<?>[waits];
      long before = Usage.liveHeap();
      for (int i = 0; i < waits; i++) {
        Wait wait = new Wait(Bodies.PROJECT, Bodies.jobId(i), new CompletableFuture<>());
        futures[i] = wait.future();
        scheduler.schedule(wait, 1, TimeUnit.DAYS);
      }
      double bytes = Usage.liveHeap() - before;
      if (futures[waits - 1].isDone()) {
        throw new IllegalStateException("the waits have ended");
      }
      return Map.of(Figure.RETAINED, bytes / waits);
    } finally {
      scheduler.shutdownNow();
    }
  }

  /** A client that keeps as many connections and makes as many calls at once as ours. */
  private static OkHttpClient client() throws GeneralSecurityException, IOException {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequestsPerHost(64);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(certificate());
    TrustManager[] managers = factory.getTrustManagers();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers, null);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
        .sslSocketFactory(context.getSocketFactory(), (X509TrustManager) managers[0])
        .build();
  }

  private static KeyStore certificate() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(Path.of(System.getProperty("certificate")))) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    return store;
  }
}
