package io.github.cloudjobs.benchmark;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cloudjobs.benchmark.harness.Bodies;
import io.github.cloudjobs.benchmark.harness.Contender;
import io.github.cloudjobs.benchmark.harness.Operation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Plain objects filled by Jackson: the code that a user would write for these bodies alone. */
public final class JsonContender implements Contender {
  @JsonIgnoreProperties(ignoreUnknown = true)
  record PlainJob(
      String status,
      PlainEntities entities,
      @JsonProperty("job_id") String jobId,
      @JsonProperty("job_type") String jobType,
      @JsonProperty("begin_time") String beginTime,
      @JsonProperty("end_time") String endTime,
      @JsonProperty("error_code") String errorCode,
      @JsonProperty("fail_reason") String failReason) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record PlainEntities(
      @JsonProperty("sub_jobs_total") Integer subJobsTotal,
      @JsonProperty("sub_jobs") List<PlainJob> subJobs,
      @JsonProperty("server_id") String serverId,
      @JsonProperty("image_id") String imageId,
      LoadBalancer elb) {}

  record LoadBalancer(
      String id,
      String name,
      String type,
      String status,
      int bandwidth,
      @JsonProperty("vip_address") String vipAddress,
      @JsonProperty("tenant_id") String tenantId,
      @JsonProperty("admin_state_up") boolean adminStateUp,
      @JsonProperty("vpc_id") String vpcId) {}

  @Override
  public Operation prepare(String operation, List<String> arguments) throws IOException {
    byte[] body = Bodies.named(arguments.get(0));
    ObjectMapper mapper = new ObjectMapper();
    Callable<PlainJob> decode = () -> mapper.readValue(body, PlainJob.class);
    return switch (operation) {
      case "decode" -> Operation.repeated(decode);
      case "retained" -> Operation.retained(Integer.parseInt(arguments.get(1)), decode);
      default -> throw new IllegalArgumentException(operation);
    };
  }
}
