package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.model.Job;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobChangesTest {
  private static final Job NONE = batch("");

  @Test
  void aNewSubJobIsAChange() {
    Job job = batch("{'job_id':'a','status':'RUNNING'},{'job_id':'b','status':'INIT'}");
    assertThat(changes(null, job)).containsExactly("a null RUNNING", "b null INIT");
    assertThat(changes(NONE, job)).containsExactly("a null RUNNING", "b null INIT");
  }

  @Test
  void aChangedStatusIsAChange() {
    Job before = batch("{'job_id':'a','status':'RUNNING'},{'job_id':'b','status':'INIT'}");
    Job after = batch("{'job_id':'a','status':'RUNNING'},{'job_id':'b','status':'FAIL'}");
    assertThat(changes(before, after)).containsExactly("b INIT FAIL");
    assertThat(changes(after, after)).isEmpty();
  }

  @Test
  void anotherTextForTheSameStatusIsNoChange() {
    assertThat(
            changes(
                batch("{'job_id':'a','status':'RUNNIGN'}"),
                batch("{'job_id':'a','status':'running','end_time':'2024-01-01T00:00:00Z'}")))
        .isEmpty();
    assertThat(changes(batch("{'job_id':'a','status':'ODD'}"), batch("{'job_id':'a','status':''}")))
        .isEmpty();
  }

  @Test
  void aParentComesBeforeItsChildren() {
    Job job =
        batch(
            "{'job_id':'a','status':'RUNNING','entities':{'sub_jobs':["
                + "{'job_id':'a1','status':'FAIL','sub_jobs':[{'job_id':'a1x','status':'INIT'}]},"
                + "{'job_id':'a2','status':'INIT'}]}},"
                + "{'job_id':'b','status':'SUCCESS'}");
    assertThat(changes(null, job))
        .containsExactly(
            "a null RUNNING", "a1 null FAIL", "a1x null INIT", "a2 null INIT", "b null SUCCESS");
  }

  @Test
  void aChildMayChangeWithoutItsParent() {
    String nested = "{'job_id':'a','status':'RUNNING','sub_jobs':[{'job_id':'x','status':'%s'}]}";
    assertThat(changes(batch(nested.formatted("INIT")), batch(nested.formatted("SUCCESS"))))
        .containsExactly("x INIT SUCCESS");
  }

  @Test
  void aSubJobThatMovesIsMatchedByItsId() {
    Job before = batch("{'job_id':'a','status':'INIT'},{'job_id':'b','status':'RUNNING'}");
    Job turned = batch("{'job_id':'b','status':'RUNNING'},{'job_id':'a','status':'INIT'}");
    assertThat(changes(before, turned)).isEmpty();
    Job moved =
        batch("{'job_id':'b','status':'RUNNING','sub_jobs':[{'job_id':'a','status':'SUCCESS'}]}");
    assertThat(changes(before, moved)).containsExactly("a INIT SUCCESS");
  }

  @Test
  void aSubJobWithoutAnIdIsMatchedByItsPosition() {
    Job before = batch("{'status':'INIT'},{'status':'RUNNING','sub_jobs':[{'status':'INIT'}]}");
    Job after = batch("{'status':'INIT'},{'status':'RUNNING','sub_jobs':[{'status':'FAIL'}]}");
    assertThat(changes(before, after)).containsExactly("null INIT FAIL");
    assertThat(changes(before, before)).isEmpty();
  }

  @Test
  void anIdThatLooksLikeAPositionIsNotConfusedWithOne() {
    Job before = batch("{'status':'INIT'},{'job_id':'/0','status':'SUCCESS'}");
    assertThat(changes(before, before)).isEmpty();
  }

  @Test
  void aSubJobThatDisappearsIsNoChangeAndIsNewWhenItReturns() {
    Job one = batch("{'job_id':'a','status':'INIT'}");
    assertThat(changes(one, NONE)).isEmpty();
    assertThat(changes(NONE, one)).containsExactly("a null INIT");
  }

  @Test
  void duplicateIdsAreMatchedInOrder() {
    Job before = batch("{'job_id':'a','status':'SUCCESS'},{'job_id':'a','status':'RUNNING'}");
    Job now = batch("{'job_id':'a','status':'SUCCESS'},{'job_id':'a','status':'SUCCESS'}");
    assertThat(changes(before, before)).isEmpty();
    assertThat(changes(before, now)).containsExactly("a RUNNING SUCCESS");
    Job blank = batch("{'job_id':'','status':'SUCCESS'},{'job_id':'','status':'RUNNING'}");
    assertThat(changes(blank, blank)).isEmpty();
  }

  @Test
  void anIdThatLooksLikeACountedOneIsNotConfusedWithOne() {
    Job odd =
        batch(
            "{'job_id':'a','status':'INIT'},{'job_id':'a','status':'FAIL'},"
                + "{'job_id':'2=a','status':'RUNNING'}");
    assertThat(changes(odd, odd)).isEmpty();
  }

  @Test
  void ofManySubJobsOnlyTheChangedOnesAreReported() {
    Job before = many(i -> "RUNNING");
    Job after = many(i -> i % 1_000 == 7 ? "SUCCESS" : "RUNNING");
    assertThat(changes(null, before)).hasSize(10_000);
    assertThat(changes(before, after))
        .hasSize(10)
        .startsWith("s-7 RUNNING SUCCESS")
        .endsWith("s-9007 RUNNING SUCCESS");
  }

  private static Job many(IntFunction<String> status) {
    return batch(
        IntStream.range(0, 10_000)
            .mapToObj(i -> "{'job_id':'s-" + i + "','status':'" + status.apply(i) + "'}")
            .collect(Collectors.joining(",")));
  }

  private static Job batch(String subJobs) {
    String json = "{'status':'RUNNING','entities':{'sub_jobs':[" + subJobs + "]}}";
    return Job.fromJson(json.replace('\'', '"'));
  }

  private static List<String> changes(Job before, Job now) {
    return JobChanges.subJobs(before, now).stream()
        .map(c -> c.subJob().jobId() + " " + c.before() + " " + c.subJob().status())
        .toList();
  }

  // The ids of resources

  @Test
  void allIdsOfTheFirstResponseAreNew() {
    Job job = job("'server_id':'i-1','volume_ids':['v-1','v-2']");
    assertThat(JobChanges.newIds(null, job))
        .containsExactly(
            Map.entry("server_id", List.of("i-1")), Map.entry("volume_ids", List.of("v-1", "v-2")));
  }

  @Test
  void knownIdsAreNotNew() {
    Job before = job("'server_id':'i-1','volume_ids':['v-1']");
    Job after = job("'server_id':'i-1','volume_ids':['v-2','v-1','v-3'],'nic_id':'n-1'");
    assertThat(JobChanges.newIds(before, after))
        .containsExactly(
            Map.entry("volume_ids", List.of("v-2", "v-3")), Map.entry("nic_id", List.of("n-1")));
    assertThat(JobChanges.newIds(after, after)).isEmpty();
    assertThat(JobChanges.newIds(after, before)).isEmpty();
  }

  @Test
  void anIdUnderAnotherKeyIsNewThere() {
    assertThat(JobChanges.newIds(job("'server_id':'x'"), job("'server_id':'x','nic_id':'x'")))
        .containsExactly(Map.entry("nic_id", List.of("x")));
  }

  @Test
  void idsOfSubJobsCountAtEveryDepth() {
    String nested =
        "'sub_jobs':[{'entities':{'server_id':'i-1'},'sub_jobs':[{'entities':{'port_id':'%s'}}]}]";
    assertThat(JobChanges.newIds(job(nested.formatted("")), job(nested.formatted("p-1"))))
        .containsExactly(Map.entry("port_id", List.of("p-1")));
  }

  @Test
  void anIdThatMovesFromOneSubJobToAnotherIsNotNew() {
    Job before = job("'sub_jobs':[{'entities':{'server_id':'i-1'}},{}]");
    Job after = job("'sub_jobs':[{},{'entities':{'server_id':'i-1'}}]");
    assertThat(JobChanges.newIds(before, after)).isEmpty();
  }

  @Test
  void ofManyIdsOnlyTheNewOnesAreReported() {
    assertThat(JobChanges.newIds(batch(19_999), batch(20_000)))
        .containsExactly(Map.entry("server_id", List.of("i-19999")));
  }

  private static Job batch(int servers) {
    return job(
        IntStream.range(0, servers)
            .mapToObj(i -> "{'entities':{'server_id':'i-" + i + "'}}")
            .collect(Collectors.joining(",", "'sub_jobs':[", "]")));
  }

  @Test
  void theNewIdsAreUnmodifiable() {
    Map<String, List<String>> ids = JobChanges.newIds(null, job("'server_id':'i-1'"));
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(ids::clear);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> ids.get("server_id").clear());
  }

  private static Job job(String entities) {
    return Job.fromJson(("{'status':'RUNNING','entities':{" + entities + "}}").replace('\'', '"'));
  }
}
