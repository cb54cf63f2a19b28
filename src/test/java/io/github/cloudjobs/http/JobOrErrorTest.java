package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Under 200 an error has the same keys as a job may have. */
class JobOrErrorTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'job_id':'j-1','code':'C.1','message':'told along'}",
        "{'status':'FAIL','code':'C.1','message':'told along'}",
        "{'status':'success','code':'C.1','message':'told along'}",
        "{'job_id':'j-1','status':'MIGRATING','code':'C.1','message':'told along'}",
        "{'job_type':'createServer','code':'C.1','message':'told along'}"
      })
  void aJobMayHaveACodeAndAMessage(String body) {
    server.enqueue(Gateway.answer(200, body.replace('\'', '"')).build());
    try (JobsClient client = Gateway.client(server).build()) {
      Job job = client.pollJob(PROJECT, JOB);
      assertThat(job.code()).isEqualTo("C.1");
      assertThat(job.message()).isEqualTo("told along");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'code':'C.1','message':'m'} | C.1 | m",
        "{'job_id':null,'code':'C.1','message':'m'} | C.1 | m",
        "{'job_id':'','status':'','code':'C.1','message':'m'} | C.1 | m",
        "{'status':'error','code':'C.1','message':'m'} | C.1 | m",
        "{'status':404,'code':'C.1','message':'m'} | C.1 | m",
        "{'error_code':'C.1','error_msg':'m'} | C.1 | m",
        "{'errCode':'C.1','errMsg':'m'} | C.1 | m",
        "{'NeutronError':{'type':'C.1','message':'m'}} | C.1 | m",
        "{'message':'{\\'error\\':{\\'code\\':\\'C.1\\',\\'message\\':\\'m\\'}}'} | C.1 | m"
      })
  void withoutAnIdOrAKnownStatusTheyAreAnError(String body, String code, String message) {
    server.enqueue(Gateway.answer(200, body.replace('\'', '"')).build());
    try (JobsClient client = Gateway.client(server).build()) {
      JobsServiceException error =
          catchThrowableOfType(JobsServiceException.class, () -> client.pollJob(PROJECT, JOB));
      assertThat(error.statusCode()).isEqualTo(200);
      assertThat(error.errorCode()).isEqualTo(code);
      assertThat(error.serviceMessage()).isEqualTo(message);
    }
  }

  @Test
  void throttlingUnder200IsThrottling() {
    server.enqueue(Gateway.answer(200, "{\"error_code\":\"APIGW.0308\"}").build());
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(catchThrowableOfType(ThrottledException.class, () -> client.pollJob(PROJECT, JOB)))
          .hasMessageStartingWith("HTTP 200 from GET");
    }
  }

  @Test
  void progressIsAskedForWithoutAProjectWhichIsCheckedAllTheSame() throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient ims = Gateway.client(server).service(JobsService.IMS_PROGRESS).build()) {
      ims.pollJob(PROJECT, JOB);
      Assertions.assertThatIllegalArgumentException().isThrownBy(() -> ims.pollJob("../x", JOB));
      Assertions.assertThatIllegalArgumentException().isThrownBy(() -> ims.pollJob("", JOB));
    }
    assertThat(Gateway.received(server).getTarget()).isEqualTo("/v1/cloudimages/job/" + JOB);
  }
}
