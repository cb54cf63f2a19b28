package io.github.cloudjobs.samples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobsModule;
import io.github.cloudjobs.model.SubJob;
import java.util.List;
import java.util.Map;

/** The guide's examples of what to do with a job, compiled and run. */
final class JobExamples {
  private JobExamples() {}

  static String batch(Job job) {
    // begin
    List<SubJob> made = job.succeededSubJobs();
    List<SubJob> lost = job.failedSubJobs();
    Map<String, List<String>> named = job.resourceIds(); // {"server_id": [..], "volume_id": [..]}
    // end
    return made.size() + " made, " + lost.size() + " lost, " + named;
  }

  static Job stored(JobRef ref, Job job) throws JsonProcessingException {
    // begin
    record Order(String customer, JobRef ref, Job lastSeen) {}
    ObjectMapper mapper = JsonMapper.builder().addModule(new JobsModule()).build();
    String stored = mapper.writeValueAsString(new Order("c-1", ref, job));
    Order again = mapper.readValue(stored, Order.class);
    // end
    return again.lastSeen();
  }
}
