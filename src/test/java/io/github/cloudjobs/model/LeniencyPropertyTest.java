package io.github.cloudjobs.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random changes of the recorded bodies: each is read without loss, or refused. */
@Tag("slow")
class LeniencyPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CASES_PER_SEED = 4_000;

  private static final List<String> VALUES =
      List.of(
          "null",
          "-0.0",
          "1e99999999999",
          "12345678901234567890123",
          "9".repeat(1_000),
          "\"17\"",
          "\"1684191545379\"",
          "\"\\ud800\"",
          "\"\\u0000\\u001b[31m\\r\\n\\u2028\\u202e\"",
          "\"[{\\\"status\\\":\\\"FAIL\\\"}]\"",
          "\"{\\\"sub_jobs\\\":[{}],\\\"message\\\":\\\"m\\\"}\"",
          "{}",
          "[null,1,\"a\",[],{}]",
          "{\"id\":1,\"message\":\"m\",\"job_id\":\"x\"}",
          "{\"volume_id\":[1,\"\",{}],\"sub_jobs\":\"\",\"sub_jobs_total\":\"3\"}",
          "[{\"status\":\"FAIL\",\"entities\":[]}]",
          "[".repeat(20) + "]".repeat(20),
          "{\"sub_jobs\":".repeat(20) + "{}" + "}".repeat(20));

  /** A value in a text; the key is null in an array. */
  private record Place(String key, int start, int end) {}

  @Test
  void anyValueMayBeAnywhereInABody() throws Exception {
    manyOddBodies(20261122);
    manyOddBodies(System.nanoTime());
  }

  /** A failure names its seed. */
  private static void manyOddBodies(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> bodies = new ArrayList<>();
    for (String name : Bodies.names()) {
      bodies.add(JSON.readTree(Bodies.bytes(name)).toString());
    }
    for (int i = 0; i < CASES_PER_SEED; i++) {
      String text = bodies.get(random.nextInt(bodies.size()));
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        text = changed(text, random);
      }
      try {
        ReaderFuzzTest.assertIsReadWithoutLoss(text.getBytes(UTF_8));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ", case " + i + ": " + text, e);
      }
    }
  }

  /** Replaces a value, makes a string or an array of it, or repeats its key with another value. */
  private static String changed(String body, Random random) throws IOException {
    List<Place> places = places(body);
    Place place = places.get(random.nextInt(places.size()));
    String old = body.substring(place.start, place.end);
    String other = VALUES.get(random.nextInt(VALUES.size()));
    String value =
        switch (random.nextInt(6)) {
          case 0 -> "[" + old + " , " + other + "]";
          case 1 -> "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(old)) + "\"";
          case 2 -> place.key == null ? other : old + ", \"" + place.key + "\" : " + other;
          default -> other;
        };
    return body.substring(0, place.start) + value + body.substring(place.end);
  }

  private static List<Place> places(String body) throws IOException {
    List<Place> places = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(body)) {
      parser.nextToken();
      addPlaces(parser, places);
    }
    places.remove(places.size() - 1); // the root
    return places;
  }

  private static void addPlaces(JsonParser parser, List<Place> places) throws IOException {
    String key = parser.currentName();
    int start = (int) parser.currentTokenLocation().getCharOffset();
    if (parser.isExpectedStartArrayToken() || parser.isExpectedStartObjectToken()) {
      while (!parser.nextToken().isStructEnd()) {
        if (!parser.hasToken(JsonToken.FIELD_NAME)) {
          addPlaces(parser, places);
        }
      }
    }
    parser.finishToken();
    places.add(new Place(key, start, (int) parser.currentLocation().getCharOffset()));
  }

  @Test
  void anyBytesAreReadOrRefused() throws Exception {
    Random random = new Random(20261122);
    byte[] body = Bodies.bytes("ecs-quota-exceeded.json");
    for (int i = 0; i < 2_000; i++) {
      byte[] changed = body.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      ReaderFuzzTest.assertIsReadOrRefused(changed);
    }
  }
}
