package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.error.JobsException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntitiesTest {
  /** A type of the caller. */
  record Volume(
      @JsonProperty("volume_id") String id, int size, @JsonProperty("made_at") Instant madeAt) {}

  private static Entities entities(String json) {
    return Bodies.read("{'entities':" + json + "}").entities();
  }

  @Test
  void documentedKeysHaveGetters() throws Exception {
    for (Method getter : Entities.class.getMethods()) {
      String name = getter.getName();
      if (getter.getReturnType() == String.class && !name.equals("toString")) {
        String snake = name.replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
        String key = name.equals("subJobId") ? name : snake;
        assertThat(getter.invoke(entities("{'a':1,'" + key + "':'x'}"))).as(key).isEqualTo("x");
        assertThat(getter.invoke(entities("{'" + key + "':true}"))).isEqualTo("true");
        assertThat(getter.invoke(entities("{'" + key + "':''}"))).isNull();
      }
    }
  }

  @Test
  void aLoadBalancerMayBeAnObjectAndAMessageMayBeJson() {
    assertThat(entities("{'elb_id':'a','elb':{'id':'b'}}").elbId()).isEqualTo("a");
    assertThat(entities("{'elb_id':'','elb':{'id':'b'}}").elbId()).isEqualTo("b");
    assertThat(entities("{'elb':'b'}").elbId()).isNull();
    assertThat(entities("{'elb_id':[]}").elbId()).isNull();
    assertThat(entities("{'errorcode_message':{'a':1}}").errorcodeMessage()).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "' '", "{}", "{ }", "[]", "[ ]", "'{}'"})
  void entitiesWithoutContentAreEmpty(String json) {
    assertThat(entities(json).isEmpty()).isTrue();
    assertThat(entities(json).keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'a':null}", "[null]", "'text'", "0", "'[1]'"})
  void entitiesWithContentAreNotEmpty(String json) {
    assertThat(entities(json).isEmpty()).isFalse();
  }

  @Test
  void progressIsAFiniteNumberOrNull() {
    assertThat(entities("{'process_percent':'0.5'}").processPercent()).isEqualTo(0.5);
    assertThat(entities("{'process_percent':1e999}").processPercent()).isNull();
    assertThat(entities("{'process_percent':'half'}").processPercent()).isNull();
    assertThat(entities("{}").processPercent()).isNull();
  }

  @Test
  void jsonReturnsAValueOfAnyType() {
    assertThat(entities("[1,'a']").json()).hasToString("[1,\"a\"]");
    assertThat(entities("'[1]'").json()).hasToString("[1]");
    assertThat(Bodies.read("{}").entities().json().isNull()).isTrue();
  }

  @Test
  void numbersKeepEveryDigit() {
    assertThat(entities("{'n':0.40}").get("n").decimalValue()).isEqualTo(new BigDecimal("0.40"));
    assertThat(entities("{'n':12345678901234567890123}").get("n"))
        .hasToString("12345678901234567890123");
    assertThat(entities("{'n':1e99999999999}").get("n").doubleValue()).isInfinite();
  }

  @Test
  void returnedValuesCannotChangeAJob() {
    Job job = Bodies.job("evs-volume-error.json");
    ((ObjectNode) job.entities().json()).put("volume_id", "changed");

    assertThat(job.entities().volumeId()).isEqualTo("v-1");
    for (Executable change :
        List.<Executable>of(
            () -> job.entities().keys().clear(),
            () -> job.additional().put("a", null),
            () -> job.subJobs().clear(),
            () -> job.failures().clear(),
            () -> job.resourceIds().clear(),
            () -> job.ids("volume_id").clear())) {
      assertThrows(UnsupportedOperationException.class, change);
    }
  }

  @Test
  void entitiesBindToATypeOfTheCaller() {
    String json = "{'volume_id':'v','size':10,'made_at':'2026-01-05T10:00:00Z','other':[1]}";
    Volume expected = new Volume("v", 10, Instant.parse("2026-01-05T10:00:00Z"));

    assertThat(entities(json).as(Volume.class)).isEqualTo(expected);
    assertThat(entities("'" + json.replace("'", "\\'") + "'").as(Volume.class)).isEqualTo(expected);
    assertThat(entities("[1,2]").as(int[].class)).containsExactly(1, 2);
    assertThat(entities("7").as(Long.class)).isEqualTo(7L);
    for (String nothing : List.of("null", "''", "' '", "{}")) {
      assertThat(entities(nothing).as(Volume.class)).isEqualTo(new Volume(null, 0, null));
    }
  }

  @Test
  void aFailedBindingIsSafeToPrint() {
    assertThatThrownBy(() -> entities("{\"size\":\"a\\u001bb\\nc\"}").as(Volume.class))
        .isInstanceOf(JobsException.class)
        .hasMessageContaining("the JSON does not fit " + Volume.class.getName())
        .hasMessageContaining("a?b c");
    assertThatThrownBy(() -> entities("[]").as(Volume.class)).isInstanceOf(JobsException.class);
  }

  @Test
  void equalJsonIsEqualWhateverTheWhiteSpace() {
    Entities one = entities("{'a':1,'b':[ 2 ]}");

    assertThat(one)
        .isEqualTo(entities("{ 'b':[2],'a':1}"))
        .hasSameHashCodeAs(entities("{ 'b':[2],'a':1}"));
    assertThat(one).isNotEqualTo(entities("{'a':1,'b':[3]}")).isNotEqualTo(null);
    assertThat(one).hasToString("Entities[a, b]");
  }
}
