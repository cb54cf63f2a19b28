package io.github.cloudjobs.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** Changes bodies at random: values replaced, keys doubled and reordered. */
final class AnythingAnywhere {
  static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "-0.0",
          "1.5e300",
          "1e99999999999",
          "12345678901234567890123",
          "9".repeat(1_000),
          "\"\"",
          "\" \"",
          "\"text\"",
          "\"17\"",
          "\"1684191545379\"",
          "\"FAIL\"",
          "\"\\ud800\"",
          "\"\\u0000\\u001b[31m\\r\\n\\u2028\\u202e\"",
          "\"{\"",
          "\"{}\"",
          "\"[{\\\"status\\\":\\\"FAIL\\\"}]\"",
          "\"{\\\"sub_jobs\\\":[{}],\\\"message\\\":\\\"m\\\"}\"",
          "{}",
          "[]",
          "[null,1,\"a\",[],{}]",
          "{\"id\":1,\"message\":\"m\",\"job_id\":\"x\"}",
          "{\"volume_id\":[1,\"\",{}],\"sub_jobs\":\"\",\"sub_jobs_total\":\"3\"}",
          "[{\"status\":\"FAIL\",\"entities\":[]}]");

  private static final int MOST_NESTED = 20;

  private final Random random;

  AnythingAnywhere(Random random) {
    this.random = random;
  }

  /** Returns the text of a body with about two values and two keys changed. */
  String in(JsonNode body) {
    int size = Math.max(1, size(body));
    return write(body, 2.0 / size);
  }

  private static int size(JsonNode node) {
    int size = 1;
    for (JsonNode child : node) {
      size += size(child);
    }
    return size;
  }

  private String write(JsonNode node, double share) {
    if (random.nextDouble() < share) {
      return any(node);
    }
    if (node.isArray()) {
      StringJoiner array = new StringJoiner(",", "[", "]");
      node.forEach(element -> array.add(write(element, share)));
      return array.toString();
    }
    return node.isObject() ? object(node, share) : node.toString();
  }

  private String object(JsonNode node, double share) {
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(node.properties());
    if (random.nextBoolean()) {
      Collections.shuffle(fields, random);
    }
    StringJoiner object = new StringJoiner(", ", "{", " }");
    for (Map.Entry<String, JsonNode> field : fields) {
      if (random.nextDouble() < share) {
        object.add("\"" + field.getKey() + "\":" + any(field.getValue()));
      }
      object.add("\"" + field.getKey() + "\" : " + write(field.getValue(), share));
    }
    return object.toString();
  }

  private String any(JsonNode instead) {
    String value = VALUES.get(random.nextInt(VALUES.size()));
    return switch (random.nextInt(8)) {
      case 0 -> nested(value);
      case 1 -> "[" + instead + "," + value + "]";
      case 2 -> "\"" + escaped(instead.toString()) + "\"";
      default -> value;
    };
  }

  private String nested(String value) {
    int depth = 1 + random.nextInt(MOST_NESTED);
    return random.nextBoolean()
        ? "[".repeat(depth) + value + "]".repeat(depth)
        : "{\"sub_jobs\":".repeat(depth) + value + "}".repeat(depth);
  }

  private static String escaped(String json) {
    return json.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
