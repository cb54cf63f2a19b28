package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubJobChangeTest {
  private static final Job NONE = batch("");

  @Test
  void thoseThatAreThereForTheFirstTimeAreChanges() {
    Job job = batch("{'job_id':'a','status':'RUNNING'},{'job_id':'b','status':'INIT'}");
    assertThat(changes(null, job)).containsExactly("a null RUNNING", "b null INIT");
    assertThat(changes(NONE, job)).containsExactly("a null RUNNING", "b null INIT");
  }

  @Test
  void anotherStatusIsAChangeAndTheSameIsNone() {
    Job before = batch("{'job_id':'a','status':'RUNNING'},{'job_id':'b','status':'INIT'}");
    Job after = batch("{'job_id':'a','status':'RUNNING'},{'job_id':'b','status':'FAIL'}");
    assertThat(changes(before, after)).containsExactly("b INIT FAIL");
    assertThat(changes(after, after)).isEmpty();
  }

  @Test
  void anotherWordForTheSameStatusIsNone() {
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
  void oneThatMovesIsKnownByItsId() {
    Job before = batch("{'job_id':'a','status':'INIT'},{'job_id':'b','status':'RUNNING'}");
    Job turned = batch("{'job_id':'b','status':'RUNNING'},{'job_id':'a','status':'INIT'}");
    assertThat(changes(before, turned)).isEmpty();
    Job moved =
        batch("{'job_id':'b','status':'RUNNING','sub_jobs':[{'job_id':'a','status':'SUCCESS'}]}");
    assertThat(changes(before, moved)).containsExactly("a INIT SUCCESS");
  }

  @Test
  void oneWithoutAnIdIsKnownByItsPlace() {
    Job before = batch("{'status':'INIT'},{'status':'RUNNING','sub_jobs':[{'status':'INIT'}]}");
    Job after = batch("{'status':'INIT'},{'status':'RUNNING','sub_jobs':[{'status':'FAIL'}]}");
    assertThat(changes(before, after)).containsExactly("null INIT FAIL");
    assertThat(changes(before, before)).isEmpty();
  }

  @Test
  void anIdThatLooksLikeAPlaceIsTakenForNone() {
    Job before = batch("{'status':'INIT'},{'job_id':'/0','status':'SUCCESS'}");
    assertThat(changes(before, before)).isEmpty();
  }

  @Test
  void oneThatIsGoneIsNoChangeAndWhenItComesBackItIsNew() {
    Job one = batch("{'job_id':'a','status':'INIT'}");
    assertThat(changes(one, NONE)).isEmpty();
    assertThat(changes(NONE, one)).containsExactly("a null INIT");
  }

  @Test
  void ofTwoWithOneIdTheFirstIsTheFirst() {
    Job before = batch("{'job_id':'a','status':'SUCCESS'},{'job_id':'a','status':'RUNNING'}");
    Job now = batch("{'job_id':'a','status':'SUCCESS'},{'job_id':'a','status':'SUCCESS'}");
    assertThat(changes(before, before)).isEmpty();
    assertThat(changes(before, now)).containsExactly("a RUNNING SUCCESS");
    Job blank = batch("{'job_id':'','status':'SUCCESS'},{'job_id':'','status':'RUNNING'}");
    assertThat(changes(blank, blank)).isEmpty();
  }

  @Test
  void anIdThatLooksLikeACountedOneIsTakenForNone() {
    Job odd =
        batch(
            "{'job_id':'a','status':'INIT'},{'job_id':'a','status':'FAIL'},"
                + "{'job_id':'2=a','status':'RUNNING'}");
    assertThat(changes(odd, odd)).isEmpty();
  }

  @Test
  void ofManyOnlyThoseThatChangedAreTold() {
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
    return SubJobChange.between(before, now).stream()
        .map(c -> c.subJob().jobId() + " " + c.before() + " " + c.subJob().status())
        .toList();
  }
}
