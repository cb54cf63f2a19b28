package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobReportTest {
  @Test
  void idsUnderAKeyAreThoseOfTheJobThenOfItsSubJobsEachOnce() {
    Job job =
        Bodies.read(
            "{'entities':{'sub_jobs':[{'entities':{'server_id':'b','x':[{'server_id':'c'}]}}],"
                + "'server_id':['a',7,'',{'server_id':'c'}],'nic_id':null,"
                + "'detail':{'sub_jobs':[{'server_id':'d'}]}}}");

    assertThat(job.ids("server_id")).containsExactly("a", "7", "c", "d", "b");
    assertThat(job.ids("nic_id")).isEmpty();
    assertThat(job.ids("nothing")).isEmpty();
  }

  @Test
  void unknownKeysAreKeptInOrder() {
    Job job =
        Bodies.read(
            "{'z':{'a':[1]},'status':'INIT','sub_jobs':[1],'sub_jobs_total':'x',"
                + "'a':null,'error':{'code':1}}");

    assertThat(job.additional().keySet()).containsExactly("z", "a", "error");
    assertThat(job.additional().get("z")).isNotSameAs(job.additional().get("z"));
    assertThat(Bodies.read("{'sub_jobs':[{'message':'m','code':1}]}").subJobs().get(0).additional())
        .hasToString("{message=\"m\", code=1}");
  }

  @Test
  void equalJsonIsEqualWhateverTheWhiteSpace() {
    Job one = Bodies.read("{'job_id':'a','x':1,'sub_jobs':[{'job_id':'b'}]}");
    Job same = Bodies.read("{ 'x': 1, 'sub_jobs': [ {'job_id':'b'} ],'job_id':'a' }");
    Job other = Bodies.read("{'job_id':'a','x':2,'sub_jobs':[{'job_id':'b'}]}");

    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other).isNotEqualTo("a");
    assertThat(Bodies.read("{'a':1.0}")).hasSameHashCodeAs(Bodies.read("{'a':1.00}"));
    assertThat(one.subJobs()).isEqualTo(same.subJobs());
    assertThat((Object) Bodies.read("{'job_id':'b'}")).isNotEqualTo(one.subJobs().get(0));
    assertThat(Bodies.read("{'job':{'x':1},'y':1}"))
        .isNotEqualTo(Bodies.read("{'job':{'x':1},'y':2}"));
  }

  @Test
  void toStringIsOneSafeLine() {
    assertThat(Job.fromJson("{\"status\":\"A\\nB\\u001b\",\"job_id\":\"x\\ry\"}"))
        .hasToString("Job[UNKNOWN (A B?) x y]");
    assertThat(Bodies.job("ims-members-and-progress.json"))
        .hasToString("Job[RUNNING imsCopyImageInRegionJob ims-1, 40 % done]");
    assertThat(Bodies.read("{'status':'SUCCESS','process_percent':0.2}"))
        .hasToString("Job[SUCCESS]");
  }

  @Test
  void aFailedBatchIsDescribedAsATree() {
    assertThat(Bodies.job("ecs-quota-exceeded.json").describe())
        .isEqualTo(
            """
            FAIL createServer parent, 2/3 sub-jobs ended, took 2 min 10 s
              error Ecs.0219: CreateServerTask-fail:Ecs.0204:Client error : {"badRequest": {"message": "Invalid input", "code": 400}}
              because Invalid input
              SUCCESS createSingleServer sub-1, took 2 min 0.500 s
                server_id 11111111-0000-4000-8000-000000000001
              FAIL createSingleServer sub-2, took 8 s
                error Ecs.0204: CreateServerTask-fail: no server was made
                because Quota exceeded for instances: Requested 1, but already used 200 of 200 instances
                server_id 11111111-0000-4000-8000-000000000002\
            """);
  }

  @Test
  void descriptionsLeaveOutWhatIsAbsent() {
    assertThat(Bodies.read("{}").describe()).isEqualTo("UNKNOWN");
    assertThat(Bodies.read("{'status':'FAIL','error_code':'E.1'}").describe())
        .isEqualTo("FAIL\n  error E.1");
    String begin = "{'status':'SUCCESS','begin_time':'2026-01-01T00:00:01Z'";
    for (String end : List.of("}", ",'end_time':'2026-01-01T00:00:00Z'}")) {
      assertThat(Bodies.read(begin + end).describe())
          .isEqualTo("SUCCESS, began 2026-01-01T00:00:01Z");
    }
  }

  @Test
  void everyLineOfADescriptionIsSafeToPrintAndLimited() {
    Job job =
        Job.fromJson(
            "{\"status\":\"FAIL\",\"fail_reason\":\"a\\nb\\u001b[31m"
                + "x".repeat(10_000)
                + "\",\"entities\":{\"evil\\n_id\":\"1\\r2\"}}");

    assertThat(job.describe().lines()).hasSize(3).allMatch(line -> line.length() <= 2_010);
    assertThat(job.describe()).doesNotContain("\u001b", "\r").contains("  evil _id 1 2");
  }

  @Test
  void aBatchListsItsSucceededAndFailedSubJobs() {
    Job job =
        Bodies.read(
            "{'status':'FAIL','sub_jobs':[{'job_id':'a','status':'SUCCESS',"
                + "'sub_jobs':[{'job_id':'a1','status':'FAIL'}]},"
                + "{'job_id':'b','status':'FAIL'},{'job_id':'c','status':'RUNNING'},"
                + "{'job_id':'d','status':'ROLLBACK_FAIL','error_code':'E.1'}]}");

    assertThat(job.succeededSubJobs()).extracting(SubJob::jobId).containsExactly("a");
    assertThat(job.failedSubJobs()).extracting(SubJob::jobId).containsExactly("b", "d");
  }

  @Test
  void resourceIdsAreThoseOfTheJobAndItsSubJobs() {
    Job job =
        Bodies.read(
            "{'entities':{'volume_id':'v-1','volume_ids':['v-2',3,'',['v-4'],{'id':1}],"
                + "'project_id':'p','job_id':'j','size':1,'nic_id':{'a_id':'x'},"
                + "'elb':{'id':'e','vpc_id':'vpc','d':{'id':'no'}},'backup_id':null,"
                + "'results':[{'image_id':'i-1','project_id':'p'},7,[{'image_id':'i-2'}]],"
                + "'sub_jobs_list':['s'],'other':{'image_id':'no'},"
                + "'sub_jobs':[{'entities':{'volume_id':'v-5','volume_ids':'v-2'}},"
                + "{'entities':[{'resource_id':'r'}]},{'entities':'text'}]}}");

    assertThat(job.resourceIds())
        .hasToString(
            "{volume_id=[v-1, v-5], volume_ids=[v-2, 3, v-4], elb_id=[e], image_id=[i-1, i-2],"
                + " resource_id=[r]}");
    assertThat(job.subJobs().get(0).resourceIds())
        .hasToString("{volume_id=[v-5], volume_ids=[v-2]}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'0.4', 0.4",
        "' 9% ', 0.09",
        "50, 0.5",
        "'1%', 0.01",
        "101,",
        "-0.1,",
        "'NaN',",
        "1e999,",
        "'%',"
      })
  void progressIsReadFromTheEntitiesAndBesideThem(String json, Double share) {
    String field = "{'process_percent':" + json + "}";

    assertThat(Bodies.read(field).progress()).isEqualTo(share);
    assertThat(Bodies.read(field).additional()).containsOnlyKeys("process_percent");
    assertThat(Bodies.read("{'entities':" + field + "}").progress()).isEqualTo(share);
  }

  @Test
  void jsonIsTheWholeReportAsSent() {
    String sent = "{\"x\":1,\"y\":2,\"job\":{\"x\":4,\"status\":\"SUCCESS\",\"n\":0.40}}";
    Job job = Job.fromJson(sent);
    ((ObjectNode) job.json()).removeAll();

    assertThat(job.json()).hasToString(sent);
    assertThat(job.additional()).hasToString("{x=4, n=0.40, y=2}");
    assertThat(Bodies.read("{'sub_jobs':[{'a':[1]}]}").subJobs().get(0).json())
        .hasToString("{\"a\":[1]}");
  }

  @Test
  void ofMoreThanFiftySubJobsThoseThatHaveNotSucceededAreShown() {
    String ended = "{'status':'SUCCESS'},";
    assertThat(Bodies.read("{'sub_jobs':[" + ended.repeat(49) + "{}]}").describe().lines())
        .hasSize(51)
        .startsWith("UNKNOWN, 49/50 sub-jobs ended", "  SUCCESS");
    assertThat(Bodies.read("{'sub_jobs':[" + ended.repeat(60) + "{}]}").describe())
        .endsWith("\n  UNKNOWN\n  and 60 SUCCESS");
    String many = "{'status':'RUNNING'},".repeat(60) + ended + "{'status':'FAIL'},".repeat(2);
    String part = "{'status':'SUCCESS','sub_jobs':[{'status':'FAIL'}]}";
    assertThat(Bodies.read("{'sub_jobs':[" + many + part + "]}").describe().lines())
        .hasSize(1 + 50 + 1 + 1)
        .containsSequence("  FAIL", "  FAIL", "  SUCCESS, 1/1 sub-jobs ended", "    FAIL")
        .endsWith("  RUNNING", "  and 13 RUNNING, 1 SUCCESS");
  }
}
