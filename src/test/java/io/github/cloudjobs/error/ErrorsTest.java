package io.github.cloudjobs.error;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void anErrorResponseHasItsParts() {
    ThrottledException error =
        new ThrottledException(
            "text", 429, "APIGW.0308", "slow down", "r-1", Duration.ZERO, "wait");
    assertThat(error).hasMessage("text").isInstanceOf(JobsException.class);
    assertThat(error.statusCode()).isEqualTo(429);
    assertThat(error.errorCode()).isEqualTo("APIGW.0308");
    assertThat(error.serviceMessage()).isEqualTo("slow down");
    assertThat(error.requestId()).isEqualTo("r-1");
    assertThat(error.advice()).isEqualTo("wait");
    assertThat(error.retryAfter()).isZero();
  }

  @Test
  void aMalformedBodyIsCountedAndItsBeginningShown() {
    byte[] body = ("<html>\n" + "x".repeat(300)).getBytes(UTF_8);
    IOException cause = new IOException("unexpected");
    MalformedJobException error = new MalformedJobException("not JSON", body, cause);
    assertThat(error.statusCode()).isZero();
    assertThat(error.contentType()).isNull();
    assertThat(error.bodyBytes()).isEqualTo(307);
    assertThat(error.excerpt()).startsWith("<html> xxx").endsWith("x…").hasSize(201);
    assertThat(error)
        .hasMessage("no job in the response, not JSON (307 bytes): " + error.excerpt())
        .hasCause(cause);
  }

  @Test
  void statusAndContentTypeAreAdded() {
    MalformedJobException bare = new MalformedJobException("it is empty", new byte[0], null);
    MalformedJobException malformed = bare.in(204, "text/\u0007html", null, 0);
    assertThat(malformed)
        .hasMessage("HTTP 204: no job in the response, it is empty (0 bytes of text/?html)");
    assertThat(malformed.statusCode()).isEqualTo(204);
    assertThat(malformed.contentType()).isEqualTo("text/\u0007html");
    assertThat(malformed.getStackTrace()).isEqualTo(bare.getStackTrace());
  }
}
