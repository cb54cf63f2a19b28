package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.model.Job;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewIdsTest {
  @Test
  void allThatTheFirstAnswerNamesAreNew() {
    Job job = job("'server_id':'i-1','volume_ids':['v-1','v-2']");
    assertThat(NewIds.between(null, job))
        .containsExactly(
            Map.entry("server_id", List.of("i-1")), Map.entry("volume_ids", List.of("v-1", "v-2")));
  }

  @Test
  void whatWasNamedBeforeIsNotNew() {
    Job before = job("'server_id':'i-1','volume_ids':['v-1']");
    Job after = job("'server_id':'i-1','volume_ids':['v-2','v-1','v-3'],'nic_id':'n-1'");
    assertThat(NewIds.between(before, after))
        .containsExactly(
            Map.entry("volume_ids", List.of("v-2", "v-3")), Map.entry("nic_id", List.of("n-1")));
    assertThat(NewIds.between(after, after)).isEmpty();
    assertThat(NewIds.between(after, before)).isEmpty();
  }

  @Test
  void anIdUnderAnotherKeyIsNewThere() {
    assertThat(NewIds.between(job("'server_id':'x'"), job("'server_id':'x','nic_id':'x'")))
        .containsExactly(Map.entry("nic_id", List.of("x")));
  }

  @Test
  void thoseOfSubJobsCountAtWhateverDepth() {
    String nested =
        "'sub_jobs':[{'entities':{'server_id':'i-1'},'sub_jobs':[{'entities':{'port_id':'%s'}}]}]";
    assertThat(NewIds.between(job(nested.formatted("")), job(nested.formatted("p-1"))))
        .containsExactly(Map.entry("port_id", List.of("p-1")));
  }

  @Test
  void anIdThatMovesFromOneSubJobToAnotherIsNotNew() {
    Job before = job("'sub_jobs':[{'entities':{'server_id':'i-1'}},{}]");
    Job after = job("'sub_jobs':[{},{'entities':{'server_id':'i-1'}}]");
    assertThat(NewIds.between(before, after)).isEmpty();
  }

  @Test
  void ofManyOnlyTheNewOnesAreTold() {
    assertThat(NewIds.between(batch(19_999), batch(20_000)))
        .containsExactly(Map.entry("server_id", List.of("i-19999")));
  }

  private static Job batch(int servers) {
    return job(
        IntStream.range(0, servers)
            .mapToObj(i -> "{'entities':{'server_id':'i-" + i + "'}}")
            .collect(Collectors.joining(",", "'sub_jobs':[", "]")));
  }

  @Test
  void nothingInItCanBeChanged() {
    Map<String, List<String>> ids = NewIds.between(null, job("'server_id':'i-1'"));
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(ids::clear);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> ids.get("server_id").clear());
  }

  private static Job job(String entities) {
    return Job.fromJson(("{'status':'RUNNING','entities':{" + entities + "}}").replace('\'', '"'));
  }
}
