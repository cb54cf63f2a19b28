package io.github.cloudjobs.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever an error body is made of: an envelope is read, with what a tree of it shows. */
class ErrorEnvelopeFuzzTest {
  private static final JsonMapper TREES =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final int DEEPEST = 4;

  private static final Set<String> CODES =
      Set.of("error_code", "errorCode", "errCode", "err_code", "code");
  private static final Set<String> MESSAGES =
      Set.of("error_msg", "error_message", "errorMessage", "errMsg", "message", "externalMessage");
  private static final Set<String> REQUEST_IDS = Set.of("request_id", "requestId");

  @FuzzTest(maxDuration = "10m")
  void anyBodyGivesAnEnvelope(byte[] body) {
    ErrorEnvelope read = ErrorEnvelope.read(body);

    assertFilledOrNull(read.code());
    assertFilledOrNull(read.message());
    assertFilledOrNull(read.requestId());
    assertThat(read.isEmpty()).isEqualTo(read.code() == null && read.message() == null);
    assertThat(read.map(text -> text)).isEqualTo(read);
    JsonNode tree = tree(body);
    if (tree != null && tree.isObject()) {
      assertSame(read.code(), shallowest(tree, CODES));
      assertSame(read.message(), shallowest(tree, MESSAGES));
      assertSame(read.requestId(), shallowest(tree, REQUEST_IDS));
    }
  }

  @Test
  void aGatewaysCodeHasEitherPrefix() {
    assertThat(new ErrorEnvelope("APIGW.0301", null, null).isGatewayCode("0301")).isTrue();
    assertThat(new ErrorEnvelope("APIG.0301", null, null).isGatewayCode("0301")).isTrue();
    assertThat(new ErrorEnvelope("APIG.0302", null, null).isGatewayCode("0301")).isFalse();
    assertThat(new ErrorEnvelope(null, "m", null).isGatewayCode("0301")).isFalse();
  }

  private static void assertFilledOrNull(String text) {
    assertThat(text == null || !text.isBlank()).isTrue();
  }

  /** A tree does not keep how a number is spelt. */
  private static void assertSame(String read, JsonNode found) {
    if (found == null) {
      assertThat(read).isNull();
    } else if (found.isNumber()) {
      assertThat(read).isNotNull();
    } else {
      assertThat(read).isEqualTo(found.asText());
    }
  }

  private static JsonNode shallowest(JsonNode root, Set<String> keys) {
    List<JsonNode> level = List.of(root);
    for (int depth = 0; depth <= DEEPEST; depth++) {
      List<JsonNode> below = new ArrayList<>();
      for (JsonNode object : level) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          JsonNode value = field.getValue();
          boolean filled = value.isValueNode() && !value.isNull() && !value.asText().isBlank();
          if (filled && keys.contains(field.getKey())) {
            return value;
          }
          if (value.isObject()) {
            below.add(value);
          }
        }
      }
      level = below;
    }
    return null;
  }

  private static JsonNode tree(byte[] body) {
    try {
      return TREES.readTree(body);
    } catch (IOException noJson) {
      return null;
    }
  }
}
