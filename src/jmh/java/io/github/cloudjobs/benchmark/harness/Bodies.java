package io.github.cloudjobs.benchmark.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The responses that are decoded, without the blanks of their documentation. */
public final class Bodies {
  public static final String PROJECT = "5ca1ab1e0ddba11c0ffee00000000001";

  private Bodies() {}

  /** Returns the documented body of a service, or for {@code batch-n} a job with n sub-jobs. */
  public static byte[] named(String name) throws IOException {
    return switch (name) {
      case "ecs" -> documented("documented-ecs-create-server");
      case "elb" -> documented("documented-elb-create");
      case "ims" -> documented("documented-ims-create-image");
      default -> batch(Integer.parseInt(name.substring("batch-".length())));
    };
  }

  private static byte[] documented(String name) throws IOException {
    String text = Files.readString(Path.of("src/test/resources/bodies", name + ".json"));
    return text.replaceAll("\\s*\\n\\s*", "").replace("\": ", "\":").getBytes(UTF_8);
  }

  private static byte[] batch(int subJobs) {
    StringBuilder text = new StringBuilder("{\"status\":\"SUCCESS\",\"entities\":{");
    text.append("\"sub_jobs_total\":").append(subJobs).append(",\"sub_jobs\":[");
    for (int i = 0; i < subJobs; i++) {
      text.append(i == 0 ? "" : ",")
          .append("{\"status\":\"SUCCESS\",\"entities\":{\"server_id\":\"bae51750-0089-41a1-9b18-")
          .append(String.format(Locale.ROOT, "%012x", i))
          .append("\"},\"job_id\":\"")
          .append(jobId(i))
          .append("\",\"job_type\":\"createSingleServer\",")
          .append("\"begin_time\":\"2016-04-25T20:04:47.591Z\",")
          .append("\"end_time\":\"2016-04-25T20:08:21.328Z\",")
          .append("\"error_code\":null,\"fail_reason\":null}");
    }
    return text.append("]},\"job_id\":\"2c9eb2c5544cbf6101544f0602af2b4f\",")
        .append("\"job_type\":\"createServer\",\"begin_time\":\"2016-04-25T20:04:34.604Z\",")
        .append("\"end_time\":\"2016-04-25T20:08:41.593Z\",")
        .append("\"error_code\":null,\"fail_reason\":null}")
        .toString()
        .getBytes(UTF_8);
  }

  /** Returns an id of 32 characters that ends in its number. */
  public static String jobId(int number) {
    return String.format(Locale.ROOT, "2c9eb2c5544cbf6101544f06%08d", number);
  }
}
