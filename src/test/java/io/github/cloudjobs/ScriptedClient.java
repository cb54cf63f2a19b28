package io.github.cloudjobs;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.VirtualTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** A client with a virtual time of its own, whose polls get scripted responses without a wire. */
final class ScriptedClient implements AutoCloseable {
  static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  static final String ENDPOINT = "https://ecs.example";

  /** The responses to the polls of each job; several machines may have one script. */
  static final class Script {
    private final Map<String, Deque<String>> responses = new ConcurrentHashMap<>();

    /** What was polled. */
    final List<String> urls = Collections.synchronizedList(new ArrayList<>());

    /**
     * Adds a job, or replaces its script: statuses of the job or of HTTP, the last over and over.
     * It was just submitted, and is first polled at 2 s.
     */
    JobRef job(String id, String... next) {
      responses.put(id, new ArrayDeque<>(List.of(next)));
      return new JobRef("p", id, START);
    }

    int polls(String id) {
      return Collections.frequency(urls, ENDPOINT + "/v1/p/jobs/" + id);
    }

    private synchronized Response respond(Interceptor.Chain chain) {
      urls.add(chain.request().url().toString());
      List<String> path = chain.request().url().pathSegments();
      Deque<String> left = responses.get(path.get(path.size() - 1));
      String next = left.size() > 1 ? left.remove() : left.element();
      boolean http = Character.isDigit(next.charAt(0));
      return new Response.Builder()
          .request(chain.request())
          .protocol(Protocol.HTTP_1_1)
          .code(http ? Integer.parseInt(next) : 200)
          .message("")
          .body(
              ResponseBody.create(
                  http ? "{\"error_code\":\"Ecs.0114\"}" : "{\"status\":\"" + next + "\"}", null))
          .build();
    }
  }

  final VirtualTime time;
  final JobsClient client;

  /** When it sent polls, by its clock. */
  final List<Instant> polls = Collections.synchronizedList(new ArrayList<>());

  ScriptedClient(Instant started, Script script) {
    time = new VirtualTime(started);
    client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(ENDPOINT)
            .credentials(Credentials.token("hush-token"))
            .httpClient(
                new OkHttpClient.Builder()
                    .addInterceptor(
                        chain -> {
                          polls.add(now());
                          return script.respond(chain);
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

  @Override
  public void close() {
    client.close();
  }
}
