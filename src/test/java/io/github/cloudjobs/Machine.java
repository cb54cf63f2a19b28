package io.github.cloudjobs;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.testing.VirtualTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** A client with a virtual time of its own. */
final class Machine implements AutoCloseable {
  final VirtualTime time;
  final JobsClient client;

  /** When it sent polls, by its clock. */
  final List<Instant> polls = Collections.synchronizedList(new ArrayList<>());

  Machine(String endpoint, Instant started) {
    this(endpoint, started, JobsService.ECS);
  }

  Machine(String endpoint, Instant started, JobsService service) {
    this(endpoint, started, service, chain -> chain.proceed(chain.request()));
  }

  /** A machine whose polls get their responses from {@code wire}. */
  Machine(Instant started, Interceptor wire) {
    this("https://ecs.example", started, JobsService.ECS, wire);
  }

  private Machine(String endpoint, Instant started, JobsService service, Interceptor wire) {
    time = new VirtualTime(started);
    client =
        JobsClient.builder()
            .service(service)
            .endpoint(endpoint)
            .credentials(Credentials.token("hush-token"))
            .httpClient(
                new OkHttpClient.Builder()
                    .addInterceptor(
                        chain -> {
                          polls.add(now());
                          return wire.intercept(chain);
                        })
                    .build())
            .clock(time.clock())
            .build();
  }

  Instant now() {
    return time.clock().instant();
  }

  <T> T run(Callable<T> call) throws Exception {
    return time.run(call);
  }

  /** A response that was never on a wire. */
  static Response response(Interceptor.Chain chain, int code, String body) {
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(code)
        .message("")
        .body(ResponseBody.create(body, null))
        .build();
  }

  @Override
  public void close() {
    client.close();
  }
}
