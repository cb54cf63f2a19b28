package io.github.cloudjobs.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;

/** Refuses the first request for its date, holds the answer to the second, and is fine then. */
final class HeldProbe {
  /** A refusal by a gateway whose clock is years behind. */
  static final MockResponse CLOCK_OFF =
      Gateway.refusal("0301", "verify aksk signature fail")
          .addHeader("Date", "Thu, 28 May 2020 12:10:00 GMT")
          .build();

  private final AtomicInteger received = new AtomicInteger();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  HeldProbe(MockWebServer server, MockResponse answer) {
    Gateway.answerBy(
        server,
        request -> {
          switch (received.incrementAndGet()) {
            case 1:
              return CLOCK_OFF;
            case 2:
              arrived.countDown();
              Gateway.await(released);
              return answer;
            default:
              return Gateway.job("RUNNING");
          }
        });
  }

  void awaitIt() {
    Gateway.await(arrived);
  }

  void answer() {
    released.countDown();
  }

  /** How many requests came in all. */
  int received() {
    return received.get();
  }
}
