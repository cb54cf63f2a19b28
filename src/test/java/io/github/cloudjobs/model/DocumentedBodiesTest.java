package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example bodies of the services' own pages, every field. */
class DocumentedBodiesTest {
  @ParameterizedTest
  @ValueSource(strings = {"documented-elb-delete.json", "documented-elb-delete-discarded.json"})
  void elbDeletingALoadBalancerReadsInFull(String name) {
    Job job = Bodies.job(name);

    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job.statusText()).isEqualTo("RUNNING");
    assertThat(job.entities().elbId()).isEqualTo("ea3e5715b68850a747ec41f335625c08");
    assertThat(job.entities().keys()).containsExactly("elb_id");
    assertThat(job.jobId()).isEqualTo("4010b39b4fd3d5ff014fd943bac41619");
    assertThat(job.jobType()).isEqualTo("deleteELB");
    assertThat(job.beginTimeText()).isEqualTo("2015-09-17T03:05:38.756Z");
    assertThat(job.beginTime()).isEqualTo(Instant.parse("2015-09-17T03:05:38.756Z"));
    assertThat(job.endTimeText()).isEmpty();
    assertThat(job.endTime()).isNull();
    assertNoErrorAndNothingElse(job);
    assertThat(job.subJobs()).isEmpty();
    assertThat(job.subJobsTotal()).isZero();
  }

  @Test
  void imsCreatingAnImageReadsInFull() {
    Job job = Bodies.job("documented-ims-create-image.json");

    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.statusText()).isEqualTo("SUCCESS");
    assertThat(job.entities().imageId()).isEqualTo("e9e91bff-14b6-4a0b-8377-4ed0813e3360");
    assertThat(job.entities().keys()).containsExactly("image_id");
    assertThat(job.jobId()).isEqualTo("ff8080814dbd65d7014dbe0d84db0013");
    assertThat(job.jobType()).isEqualTo("createImageByInstance");
    assertThat(job.beginTimeText()).isEqualTo("04-Jun-2015 18:11:06:586");
    assertThat(job.beginTime()).isEqualTo(Instant.parse("2015-06-04T18:11:06.586Z"));
    assertThat(job.endTimeText()).isEmpty();
    assertThat(job.endTime()).isNull();
    assertNoErrorAndNothingElse(job);
    assertThat(job.subJobs()).isEmpty();
    assertThat(job.subJobsTotal()).isZero();
  }

  @Test
  void ecsCreatingServersReadsInFull() {
    Job job = Bodies.job("documented-ecs-create-server.json");

    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.statusText()).isEqualTo("SUCCESS");
    assertThat(job.entities().keys()).containsExactly("sub_jobs_total", "sub_jobs");
    assertThat(job.entities().serverId()).isNull();
    assertThat(job.jobId()).isEqualTo("2c9eb2c5544cbf6101544f0602af2b4f");
    assertThat(job.jobType()).isEqualTo("createServer");
    assertThat(job.beginTimeText()).isEqualTo("2016-04-25T20:04:34.604Z");
    assertThat(job.beginTime()).isEqualTo(Instant.parse("2016-04-25T20:04:34.604Z"));
    assertThat(job.endTimeText()).isEqualTo("2016-04-25T20:08:41.593Z");
    assertThat(job.endTime()).isEqualTo(Instant.parse("2016-04-25T20:08:41.593Z"));
    assertNoErrorAndNothingElse(job);
    assertThat(job.subJobsTotal()).isEqualTo(1);
    assertThat(job.ids("server_id")).containsExactly("bae51750-0089-41a1-9b18-5c777978ff6d");

    assertThat(job.subJobs()).hasSize(1);
    SubJob subJob = job.subJobs().get(0);
    assertThat(subJob.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(subJob.statusText()).isEqualTo("SUCCESS");
    assertThat(subJob.entities().serverId()).isEqualTo("bae51750-0089-41a1-9b18-5c777978ff6d");
    assertThat(subJob.entities().keys()).containsExactly("server_id");
    assertThat(subJob.jobId()).isEqualTo("2c9eb2c5544cbf6101544f0635672b60");
    assertThat(subJob.jobType()).isEqualTo("createSingleServer");
    assertThat(subJob.beginTimeText()).isEqualTo("2016-04-25T20:04:47.591Z");
    assertThat(subJob.beginTime()).isEqualTo(Instant.parse("2016-04-25T20:04:47.591Z"));
    assertThat(subJob.endTimeText()).isEqualTo("2016-04-25T20:08:21.328Z");
    assertThat(subJob.endTime()).isEqualTo(Instant.parse("2016-04-25T20:08:21.328Z"));
    assertThat(subJob.errorCode()).isNull();
    assertThat(subJob.failReason()).isNull();
    assertThat(subJob.additional()).isEmpty();
    assertThat(subJob.subJobs()).isEmpty();
    assertThat(subJob.subJobsTotal()).isZero();
    assertThat(subJob.failures()).isEmpty();
  }

  @Test
  void elbCreatingALoadBalancerReadsInFull() {
    Job job = Bodies.job("documented-elb-create.json");

    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.statusText()).isEqualTo("SUCCESS");
    assertThat(job.entities().elbId()).isEqualTo("ef265755daf84333baf4ddc1d91cbc2f");
    assertThat(job.entities().keys()).containsExactly("elb");
    assertThat(job.entities().get("elb").toString())
        .isEqualTo(
            "{\"id\":\"ef265755daf84333baf4ddc1d91cbc2f\",\"name\":\"1\",\"type\":\"External\","
                + "\"status\":\"ACTIVE\",\"bandwidth\":1,\"vip_address\":\"10.154.53.4\","
                + "\"tenant_id\":\"cbc08e2f8c354c7aa7abb88d0a7d11dc\",\"admin_state_up\":false,"
                + "\"vpc_id\":\"21838be1-c1ce-4c09-9184-228cdb43038d\"}");
    assertThat(job.jobId()).isEqualTo("ff8080825ecc523f015ecd0a98f82f77");
    assertThat(job.jobType()).isEqualTo("createELB");
    assertThat(job.beginTimeText()).isEqualTo("2017-09-29T09:49:37.399Z");
    assertThat(job.beginTime()).isEqualTo(Instant.parse("2017-09-29T09:49:37.399Z"));
    assertThat(job.endTimeText()).isEqualTo("2017-09-29T09:50:03.272Z");
    assertThat(job.endTime()).isEqualTo(Instant.parse("2017-09-29T09:50:03.272Z"));
    assertNoErrorAndNothingElse(job);
    assertThat(job.subJobs()).isEmpty();
    assertThat(job.subJobsTotal()).isZero();
  }

  @Test
  void aQueryThatWentWrongTellsItsMessageAndCode() {
    Job job = Bodies.job("ecs-query-error.json");

    assertThat(job.message()).isEqualTo("the job does not belong to the project");
    assertThat(job.code()).isEqualTo("Ecs.0114");
    assertThat(job.status()).isEqualTo(JobStatus.UNKNOWN);
    assertThat(job.statusText()).isNull();
    assertThat(job.jobId()).isNull();
    assertThat(job.beginTimeText()).isNull();
    assertThat(job.additional()).isEmpty();
  }

  private static void assertNoErrorAndNothingElse(Job job) {
    assertThat(job.errorCode()).isNull();
    assertThat(job.failReason()).isNull();
    assertThat(job.message()).isNull();
    assertThat(job.code()).isNull();
    assertThat(job.additional()).isEmpty();
    assertThat(job.failures()).isEmpty();
  }
}
