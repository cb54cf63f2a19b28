package io.github.cloudjobs.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.cloudjobs.benchmark.harness.Bodies;
import java.time.Instant;
import java.util.function.IntConsumer;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * A service without a socket: it reports each job as running or, after {@link #setEnded}, as
 * successful. Jobs are numbered by {@link Bodies#jobId}.
 */
final class InProcessJobs implements Interceptor {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int NUMBER_DIGITS = 8;

  private final byte[] running = body("RUNNING");
  private final byte[] success = body("SUCCESS");
  private final int idEnd = new String(running, US_ASCII).indexOf("\",\"job_type");
  private final IntConsumer polled;
  private volatile boolean ended;

  /**
   * @param polled called with the number of each job that is polled
   */
  InProcessJobs(IntConsumer polled) {
    this.polled = polled;
  }

  private static byte[] body(String status) {
    String begin = Instant.now().minusSeconds(600).toString();
    return ("{\"job_id\":\""
            + Bodies.jobId(0)
            + "\",\"job_type\":\"createServer\",\"status\":\""
            + status
            + "\",\"begin_time\":\""
            + begin
            + "\"}")
        .getBytes(US_ASCII);
  }

  void setEnded(boolean ended) {
    this.ended = ended;
  }

  private byte[] body(String path, byte[] template) {
    byte[] body = template.clone();
    for (int i = 1; i <= NUMBER_DIGITS; i++) {
      body[idEnd - i] = (byte) path.charAt(path.length() - i);
    }
    return body;
  }

  /** The body of a job that is running. */
  byte[] running(int number) {
    return body(Bodies.jobId(number), running);
  }

  @Override
  public Response intercept(Chain chain) {
    String path = chain.request().url().encodedPath();
    polled.accept(Integer.parseInt(path, path.length() - NUMBER_DIGITS, path.length(), 10));
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(200)
        .message("OK")
        .body(ResponseBody.create(body(path, ended ? success : running), JSON))
        .build();
  }

  OkHttpClient client() {
    return new OkHttpClient.Builder().addInterceptor(this).build();
  }
}
