package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import org.junit.jupiter.api.Test;

class JobExamplesTest {
  private static final Job JOB =
      Job.fromJson(
          """
          {"status": "FAIL", "entities": {"sub_jobs": [
            {"status": "SUCCESS", "entities": {"server_id": "s-1"}},
            {"status": "FAIL", "entities": {"server_id": "s-2", "volume_id": "v-2"}}]}}
          """);

  @Test
  void aBatchHasSucceededAndFailedMembers() {
    assertThat(JobExamples.batch(JOB))
        .isEqualTo("1 made, 1 lost, {server_id=[s-1, s-2], volume_id=[v-2]}");
  }

  @Test
  void aJobIsStoredInATypeOfTheCaller() throws Exception {
    assertThat(JobExamples.stored(new JobRef("p", "j"), JOB)).isEqualTo(JOB);
  }
}
