package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFailuresTest {
  @Test
  void failuresAreListedParentsFirst() {
    List<JobFailure> failures = Bodies.job("ecs-quota-exceeded.json").failures();

    assertThat(failures).extracting(JobFailure::jobId).containsExactly("parent", "sub-2");
    assertThat(failures.get(1))
        .isEqualTo(
            new JobFailure(
                "sub-2",
                "createSingleServer",
                "Ecs.0204",
                "CreateServerTask-fail: no server was made",
                "403",
                "Quota exceeded for instances: Requested 1, but already used 200 of 200"
                    + " instances",
                Map.of("server_id", List.of("11111111-0000-4000-8000-000000000002"))));
  }

  @ParameterizedTest
  @CsvSource({
    "FAIL, '', true",
    "failed, '', true",
    "SUCCESS, E.1, false",
    "RUNNING, '', false",
    "RUNNING, E.1, true",
    "ROLLBACK_FAIL, E.1, true",
    "ROLLBACK_FAIL, '', false"
  })
  void aJobHasFailedByItsStatusOrByAnError(String status, String code, boolean failed) {
    for (String key : List.of("error_code", "fail_reason")) {
      Job job = Bodies.read("{'status':'" + status + "','" + key + "':'" + code + "'}");
      assertThat(job.failures()).hasSize(failed ? 1 : 0);
    }
  }

  @Test
  void aFailureMayHaveNothingButItsStatus() {
    assertThat(
            Job.fromJson("{\"status\":\"SUCCESS\",\"sub_jobs\":[{\"status\":\"FAIL\"}]}")
                .failures())
        .containsExactly(new JobFailure(null, null, null, null, null, null, Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CreateBackup Task-fail: backup status is error. | backup status is error. |",
        "CreateServerTask-fail:Ecs.0204:no quota | no quota | Ecs.0204",
        "T-fail:Ecs.1: | T-fail:Ecs.1: | Ecs.1",
        "badRequest: Invalid input | badRequest: Invalid input |",
        "a.b.1: c | a.b.1: c |",
        "` ` | |",
        "T-fail:E.1:Client error : {'badRequest': {'message': 'm', 'code': 400}} | m | 400",
        "T-fail:E.1:{'badRequest': {'message': 'cut in | {'badRequest': {'message': 'cut in | E.1",
        "T-fail: {'e': {'message': 'before the cut', 'det | before the cut |",
        "{no json} then {'message': 'm'} | m |",
        "{'message': '{ not json'} | { not json |",
        "{'error': {'message': 'outer', 'details': [{'error_msg': 'inner'}]}} | inner |",
        "{'x': {'message': 'T-fail:E.1: y'}, 'z': {'z': {'message': 'deep'}}} | deep |",
        "{'x': {'message': 'first'}, 'y': {'message': 'second'}} | first |",
        "{'message': 'T-fail:E.1:x {\\'message\\': \\'nested\\'}'} | nested | E.1",
        "{'sub_jobs':[{'entities':{'errorcode_message':'{\\'forbidden\\':{\\'message\\':\\'quota\\'}}'},'fail_reason':'f'}]}"
            + " | quota |",
        "{'message':'m','code':null,'d':{'msg':'n'}} | n |",
        "{'message': 'T-fail:E.1:x', 'code': 400} | x | E.1",
        "{'code': 400, 'message': 'T-fail:E.1:{\\'message\\': \\'n\\'}'} | n | E.1",
        "{'code': 400, 'message': '{\\'message\\': \\'n\\'}'} | n | 400",
      })
  void theInnermostErrorIsFoundInJsonWithinTheReason(String reason, String message, String code) {
    JobFailure failure = failure(reason.replace('\'', '"'));

    assertThat(failure.innermostMessage())
        .isEqualTo(message == null ? null : message.replace('\'', '"'));
    assertThat(failure.innermostCode()).isEqualTo(code);
  }

  private static JobFailure failure(String reason) {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(reason));
    return onlyFailure("{\"status\":\"FAIL\",\"fail_reason\":\"" + quoted + "\"}");
  }

  @Test
  void hostileReasonsAreReadInBoundedTime() {
    assertThat(failure("{".repeat(1_000_000)).innermostMessage()).isNotNull();
    assertThat(failure("{\"a\":".repeat(100_000)).innermostMessage()).isNotNull();
  }

  /** The body may have single quotes for double ones. */
  private static JobFailure onlyFailure(String body) {
    List<JobFailure> failures = Bodies.read(body).failures();
    assertThat(failures).hasSize(1);
    return failures.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'error_code': 'E.1', 'error_message': 'why' | E.1 | why | why",
        "'failed_code': 'T-fail:DWS.0114', 'failed_detail': 'DWS.0114:no IP'"
            + " | T-fail:DWS.0114 | DWS.0114:no IP | no IP",
        "'job_execute_info': {'error_code': 'IMG.1', 'error_message': 'why'} | IMG.1 | why | why",
        "'fail_reason': 'why', 'entities': {'errorcode_message': '  '} | | why | why",
        "'error': '{\\'code\\': \\'EVS.1\\', \\'message\\': \\'why\\'}'" + " | EVS.1 | why | why",
        "'error': {'badRequest': {'message': 'why'}} | | | why",
        "'error': 'why' | | why | why",
        "'error': false | | |",
        "'error_code': '0', 'error': {'code': 'EVS.1'}, 'fail_reason': 'why' | EVS.1 | why | why",
        "'error_code': null, 'error_msg': null, 'entities': {'error_code': 'IMG.2',"
            + " 'error': 'why'} | IMG.2 | why | why",
        "'entities': {'error': {'code': 'IMG.3', 'message': 'why'}} | IMG.3 | why | why",
        "'entities': '{\\'error_message\\': \\'why\\'}' | | why | why",
        "'fail_reason': 'own', 'error_code': 'E.1', 'entities': {'error_code': 'E.2', 'error':"
            + " 'theirs'} | E.1 | own | own",
        "'fail_reason': 'null', 'error_message': 'why' | | why | why",
        "'code': 'Q.1', 'message': 'of the query' | | |",
      })
  void reasonsAndCodesAreFoundUnderEveryNameThatServicesUse(
      String fields, String code, String reason, String innermost) {
    JobFailure failure = onlyFailure("{'status': 'FAIL', " + fields + "}");

    assertThat(failure.errorCode()).isEqualTo(code);
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.innermostMessage()).isEqualTo(innermost);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'error_code':'0' | false",
        "'error_code':'null' | false",
        "'fail_reason':'null' | false",
        "'error':{'code':'','message':null} | false",
        "'entities':{'error':'E'},'code':'200','message':'on its way' | false",
        "'job_execute_info':'step 2 of 3' | false",
        "'job_execute_info':{'code':'200','message':'step 2 of 3'} | false",
        "'error_code':'00' | true",
        "'error_message':'why' | true",
        "'job_execute_info':{'error_code':'E.1'} | true",
        "'error':{'code':'E.1'} | true"
      })
  void aRunningSubJobHasFailedOnlyIfItReportsAnError(String field, boolean failed) {
    Job job = Bodies.read("{'sub_jobs':[{'status':'RUNNING'," + field + "}]}");

    assertThat(job.failures()).hasSize(failed ? 1 : 0);
    assertThat(job.failedSubJobs()).hasSize(failed ? 1 : 0);
  }

  @Test
  void messageAndCodeOfAFailedSubJobAreItsReason() {
    String subJob = "{'status':'FAIL','code':'E.1','message':'why'}";
    JobFailure failure = onlyFailure("{'sub_jobs':[" + subJob + "]}");

    assertThat(failure.errorCode()).isEqualTo("E.1");
    assertThat(failure.reason()).isEqualTo("why");
  }
}
