package io.github.cloudjobs;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.TestClock;
import io.github.cloudjobs.testing.TestTimer;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;

/** A client on a machine of its own: in virtual time, that begins when the machine is started. */
final class Machine implements AutoCloseable {
  final TestTimer timer = new TestTimer();
  final TestClock clock;
  final JobsClient client;

  /** When it sent polls, by its clock. */
  final List<Instant> polls = Collections.synchronizedList(new ArrayList<>());

  Machine(String endpoint, Instant started) {
    this(endpoint, started, JobsService.ECS);
  }

  Machine(String endpoint, Instant started, JobsService service) {
    this(endpoint, started, service, chain -> chain.proceed(chain.request()));
  }

  /** One whose polls are answered by {@code wire} and go nowhere. */
  Machine(Instant started, Interceptor wire) {
    this("https://ecs.example", started, JobsService.ECS, wire);
  }

  private Machine(String endpoint, Instant started, JobsService service, Interceptor wire) {
    clock = new TestClock(timer::now, started);
    client =
        JobsClient.builder()
            .service(service)
            .endpoint(endpoint)
            .credentials(Credentials.token("hush-token"))
            .httpClient(
                new OkHttpClient.Builder()
                    .addInterceptor(
                        chain -> {
                          polls.add(clock.instant());
                          return wire.intercept(chain);
                        })
                    .build())
            .timer(timer.timer())
            .clock(clock)
            .build();
  }

  /** Lets time pass as a call that blocks has it pass. */
  <T> T run(Callable<T> call) throws Exception {
    return timer.run(call);
  }

  /** Polls step by step until the wait is over. */
  PollStep runSteps(WaitToken token) {
    PollStep step = client.pollOnce(token);
    while (step instanceof PollStep.Again again) {
      timer.advance(Duration.between(clock.instant(), again.at()));
      step = client.pollOnce(again.token());
    }
    return step;
  }

  @Override
  public void close() {
    client.close();
  }
}
