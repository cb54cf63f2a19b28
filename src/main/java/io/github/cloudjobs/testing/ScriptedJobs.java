package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * Answers polls from a list, in your process and without any socket: for a test that knows what the
 * service is to say, word for word. The next answer goes to whoever asks next, whatever it asks
 * for; the last one is repeated. Nothing is signed or checked.
 *
 * <pre>{@code
 * ScriptedJobs script = new ScriptedJobs()
 *     .answer(503, "")
 *     .job("{\"status\":\"RUNNING\"}")
 *     .job("{\"status\":\"SUCCESS\",\"entities\":{\"server_id\":\"s-1\"}}");
 * JobsClient client = JobsClient.builder().httpClient(script.httpClient())...build();
 * }</pre>
 *
 * Thread-safe.
 */
public final class ScriptedJobs {
  private static final MediaType JSON = MediaType.get("application/json");

  private final Deque<Reply> script = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();

  /** Creates one with an empty script. */
  public ScriptedJobs() {}

  /** Makes an answer, or throws. */
  private interface Reply {
    Response to(Request request) throws IOException;
  }

  /** Adds a good answer. */
  public ScriptedJobs job(String json) {
    return answer(200, json);
  }

  /**
   * Adds an answer.
   *
   * @param status from 200 to 599
   * @param body sent as {@code application/json}
   * @param headers names and values in turn, such as {@code "Retry-After", "30"}
   */
  public ScriptedJobs answer(int status, String body, String... headers) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be from 200 to 599: " + status);
    }
    if (headers.length % 2 != 0) {
      throw new IllegalArgumentException("headers must be names and values in turn");
    }
    requireNonNull(body, "body");
    List<String> lines = List.of(headers);
    return add(
        request -> {
          Response.Builder response =
              new Response.Builder()
                  .request(request)
                  .protocol(Protocol.HTTP_1_1)
                  .code(status)
                  .message("")
                  .body(ResponseBody.create(body, JSON));
          for (int i = 0; i < lines.size(); i += 2) {
            response.header(lines.get(i), lines.get(i + 1));
          }
          return response.build();
        });
  }

  /** Adds an answer that does not come: the connection breaks. */
  public ScriptedJobs lost() {
    return add(
        request -> {
          throw new IOException("connection reset, as the script says");
        });
  }

  private ScriptedJobs add(Reply reply) {
    synchronized (script) {
      script.add(reply);
    }
    return this;
  }

  /** What to build a client with, so that this answers it. */
  public OkHttpClient httpClient() {
    return new OkHttpClient.Builder().addInterceptor(this::answer).build();
  }

  private Response answer(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    Reply reply;
    synchronized (script) {
      asked.add(request.url().encodedPath());
      reply = script.size() > 1 ? script.remove() : script.peek();
    }
    if (reply == null) {
      throw new IOException("the script is empty");
    }
    return reply.to(request);
  }

  /** The paths that were asked for, in order. */
  public List<String> asked() {
    synchronized (script) {
      return List.copyOf(asked);
    }
  }
}
