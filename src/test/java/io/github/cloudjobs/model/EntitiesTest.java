package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.error.JobsException;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntitiesTest {
  /** A type of the caller. */
  record Volume(
      @JsonProperty("volume_id") String id, int size, @JsonProperty("made_at") Instant madeAt) {}

  private static Entities entities(String json) {
    return Job.fromJson("{\"entities\":" + json + "}").entities();
  }

  @Test
  void documentedKeysHaveGetters() {
    Entities ims = Bodies.job("ims-members-and-progress.json").entities();
    assertThat(ims.imageId()).isEqualTo("img-1");
    assertThat(ims.imageName()).isEqualTo("nightly");
    assertThat(ims.processPercent()).isEqualTo(0.4);
    assertThat(ims.currentTask()).isEqualTo("CopyImageInRegionTask:");
    assertThat(ims.subJobId()).isEqualTo("sub-7");

    Entities mixed = Bodies.job("sdrs-and-vbs-keys.json").entities();
    assertThat(mixed.nicId()).isEqualTo("n");
    assertThat(mixed.snapshotId()).isEqualTo("s");
    assertThat(mixed.backupId()).isNull();
    assertThat(mixed.serverGroupId()).isEqualTo("g");
    assertThat(mixed.protectedInstanceId()).isEqualTo("pi");
    assertThat(mixed.replicationPairId()).isEqualTo("rp");
    assertThat(mixed.nativeServerId()).isEqualTo("ns");
    assertThat(mixed.name()).isEqualTo("true");
    assertThat(mixed.serverId()).isNull();
    assertThat(mixed.elbId()).isNull();

    Entities evs = Bodies.job("evs-volume-error.json").entities();
    assertThat(evs.volumeId()).isEqualTo("v-1");
    assertThat(evs.volumeType()).isEqualTo("SATA");
    assertThat(evs.name()).isEqualTo("data");
    assertThat(evs.get("size").asInt()).isEqualTo(100);

    Entities elb = Bodies.job("elb-remove-member.json").entities();
    assertThat(elb.listenerId()).isEqualTo("l-1");
    assertThat(elb.get("members").get(1).get("id").asText()).isEqualTo("m-2");
  }

  @Test
  void theLoadBalancerIsReadFromBothKeys() {
    assertThat(entities("{\"elb_id\":\"a\",\"elb\":{\"id\":\"b\"}}").elbId()).isEqualTo("a");
    assertThat(entities("{\"elb_id\":\"\",\"elb\":{\"id\":\"b\"}}").elbId()).isEqualTo("b");
    assertThat(entities("{\"elb\":{\"id\":7}}").elbId()).isEqualTo("7");
    assertThat(entities("{\"elb\":\"b\"}").elbId()).isNull();
  }

  @Test
  void errorcodeMessageIsReturnedAsSent() {
    SubJob failed = Bodies.job("ecs-quota-exceeded.json").subJobs().get(1);
    assertThat(failed.entities().errorcodeMessage()).startsWith("{\"forbidden\": {\"code\": 403");
    assertThat(entities("{\"errorcode_message\":{\"a\":1}}").errorcodeMessage())
        .isEqualTo("{\"a\":1}");
    assertThat(entities("{\"errorcode_message\":\"\"}").errorcodeMessage()).isNull();
  }

  @Test
  void progressThatIsNoFiniteNumberIsNull() {
    assertThat(entities("{\"process_percent\":\"0.5\"}").processPercent()).isEqualTo(0.5);
    assertThat(entities("{\"process_percent\":1}").processPercent()).isEqualTo(1.0);
    assertThat(entities("{\"process_percent\":\"half\"}").processPercent()).isNull();
    assertThat(entities("{\"process_percent\":\"NaN\"}").processPercent()).isNull();
    assertThat(entities("{\"process_percent\":1e999}").processPercent()).isNull();
    assertThat(entities("{\"process_percent\":null}").processPercent()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\" \"", "{}", "{ }", "[]", "[ ]", "\"{}\""})
  void entitiesWithoutContentAreEmpty(String json) {
    assertThat(entities(json).isEmpty()).isTrue();
    assertThat(entities(json).keys()).isEmpty();
    assertThat(entities(json).get("a")).isNull();
    assertThat(entities(json).serverId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":null}", "[null]", "\"text\"", "0", "false", "\"[1]\""})
  void entitiesWithContentAreNotEmpty(String json) {
    assertThat(entities(json).isEmpty()).isFalse();
  }

  @Test
  void absentEntitiesAreEmptyAndReadAsNull() {
    Entities absent = Job.fromJson("{}").entities();

    assertThat(absent).isSameAs(Job.fromJson("{\"status\":\"INIT\"}").entities());
    assertThat(absent.isEmpty()).isTrue();
    assertThat(absent.json().isNull()).isTrue();
    assertThat(absent.errorcodeMessage()).isNull();
    assertThat(absent.elbId()).isNull();
    assertThat(absent).hasToString("Entities[]");
  }

  @Test
  void jsonReturnsAValueOfAnyType() {
    assertThat(entities("[1,\"a\"]").json()).hasToString("[1,\"a\"]");
    assertThat(entities("12").json()).hasToString("12");
    assertThat(entities("true").json()).hasToString("true");
    assertThat(entities("\"text\"").json()).hasToString("\"text\"");
    assertThat(entities("\"{\\\"server_id\\\":\\\"a\\\"}\"").json())
        .hasToString("{\"server_id\":\"a\"}");
    assertThat(entities("\"[1]\"").json()).hasToString("[1]");
  }

  @Test
  void numbersKeepEveryDigit() {
    assertThat(entities("{\"n\":0.40}").get("n").decimalValue()).isEqualTo(new BigDecimal("0.40"));
    assertThat(entities("{\"n\":12345678901234567890123}").get("n"))
        .hasToString("12345678901234567890123");
    assertThat(entities("{\"n\":1e99999999999}").get("n").doubleValue()).isInfinite();
    assertThat(Job.fromJson("{\"n\":-1e-99999999999}").additional().get("n").doubleValue())
        .isZero();
  }

  @Test
  void keysKeepTheirOrder() {
    assertThat(entities("{\"z\":1,\"a\":{\"b\":2},\"m\":[3]}").keys())
        .containsExactly("z", "a", "m");
  }

  @Test
  void returnedValuesCannotChangeAJob() {
    Job job = Bodies.job("evs-volume-error.json");
    ((ObjectNode) job.entities().json()).put("volume_id", "changed");

    assertThat(job.entities().volumeId()).isEqualTo("v-1");
    assertThatThrownBy(() -> job.entities().keys().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> job.additional().put("a", null))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> job.subJobs().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> job.failures().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> job.ids("volume_id").clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void entitiesBindToATypeOfTheCaller() {
    String json =
        "{\"volume_id\":\"v\",\"size\":10,\"made_at\":\"2026-01-05T10:00:00Z\",\"other\":[1]}";
    Volume expected = new Volume("v", 10, Instant.parse("2026-01-05T10:00:00Z"));

    assertThat(entities(json).as(Volume.class)).isEqualTo(expected);
    assertThat(entities("\"" + json.replace("\"", "\\\"") + "\"").as(Volume.class))
        .isEqualTo(expected);
    assertThat(entities("[1,2]").as(int[].class)).containsExactly(1, 2);
    assertThat(entities("7").as(Long.class)).isEqualTo(7L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\" \"", "{}"})
  void emptyEntitiesBindToATypeWithNothingSet(String json) {
    assertThat(entities(json).as(Volume.class)).isEqualTo(new Volume(null, 0, null));
    assertThat(Job.fromJson("{}").entities().as(Volume.class)).isEqualTo(new Volume(null, 0, null));
  }

  @Test
  void aFailedBindingIsSafeToPrint() {
    assertThatThrownBy(() -> entities("{\"size\":\"a\\u001bb\\nc\"}").as(Volume.class))
        .isInstanceOf(JobsException.class)
        .hasMessageContaining("entities do not fit " + Volume.class.getName())
        .hasMessageContaining("a?b c");
    assertThatThrownBy(() -> entities("[]").as(Volume.class)).isInstanceOf(JobsException.class);
  }

  @Test
  void equalJsonIsEqualWhateverTheWhiteSpace() {
    Entities one = entities("{\"a\":1,\"b\":[ 2 ]}");

    assertThat(one).isEqualTo(one).isEqualTo(entities("{ \"b\":[2],\"a\":1}"));
    assertThat(one).hasSameHashCodeAs(entities("{ \"b\":[2],\"a\":1}"));
    assertThat(one).isNotEqualTo(entities("{\"a\":1,\"b\":[3]}")).isNotEqualTo(null);
    assertThat(one).hasToString("Entities[a, b]");
  }
}
