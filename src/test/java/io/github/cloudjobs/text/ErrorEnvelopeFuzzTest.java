package io.github.cloudjobs.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** No error body makes the reader throw, and no part it returns is blank. */
class ErrorEnvelopeFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void anyBodyGivesAnEnvelope(byte[] body) {
    ErrorEnvelope read = ErrorEnvelope.read(body);

    assertFilledOrNull(read.code());
    assertFilledOrNull(read.message());
    assertFilledOrNull(read.requestId());
    assertThat(read.isEmpty()).isEqualTo(read.code() == null && read.message() == null);
    assertThat(ErrorEnvelope.read(body)).isEqualTo(read);

    assertTheOuterCodeStays(new String(body, UTF_8));
  }

  /** A message may quote an envelope; its code does not replace the outer one. */
  private static void assertTheOuterCodeStays(String message) {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(message));
    String body = "{\"error\":{\"code\":\"Ecs.0001\",\"message\":\"" + quoted + "\"}}";
    assertThat(ErrorEnvelope.read(body.getBytes(UTF_8)).code()).isEqualTo("Ecs.0001");
  }

  private static void assertFilledOrNull(String text) {
    assertThat(text == null || !text.isBlank()).isTrue();
  }
}
