package io.github.cloudjobs.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalComparisonTest {
  private static final String HASH = "e3b0c442";
  private static final String OURS =
      String.join(
          "\n",
          List.of(
              "GET",
              "/v1/p/jobs/j/",
              "",
              "host:ecs.example.com",
              "x-sdk-date:20260528T120000Z",
              "x-security-token:our-token",
              "",
              "host;x-sdk-date;x-security-token",
              HASH));

  private static String compared(String theirs) {
    return CanonicalComparison.of(
        OURS, "verify aksk signature fail, canonicalRequest:" + theirs.replace('\n', '|'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", ", and more words", "\"}"})
  void equalOnesPutTheBlameOnTheKeyOrTheClock(String after) {
    assertThat(compared(OURS + after))
        .isEqualTo(
            "the gateway read the very request that was signed,"
                + " so the secret key is likely wrong, or else this machine's clock");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | POST | method ours 'GET', the gateway's 'POST'",
        "/p/ | /q/ | path ours '/v1/p/jobs/j/', the gateway's '/v1/q/jobs/j/'",
        "jobs/j/ | jobs/j | path ours '/v1/p/jobs/j/', the gateway's '/v1/p/jobs/j'",
        "host:ecs | host:proxy | header host ours 'ecs.example.com', the gateway's"
            + " 'proxy.example.com'",
        "Z | X | header x-sdk-date ours '20260528T120000Z', the gateway's '20260528T120000X'",
        "host;x | x | names of signed headers ours 'host;x-sdk-date;x-security-token',"
            + " the gateway's 'x-sdk-date;x-security-token'",
        "e3b0 | f3b0 | hash of the body ours 'e3b0c442', the gateway's 'f3b0c442'"
      })
  void theLineThatDiffersIsNamedWithBothItsTexts(String ours, String theirs, String difference) {
    String changed = OURS.replaceFirst(ours, theirs);
    assertThat(changed).isNotEqualTo(OURS);
    assertThat(compared(changed))
        .isEqualTo("the gateway read another request than was signed: " + difference);
  }

  @Test
  void aHeaderTooManyOrTooFewDoesNotShiftTheOthers() {
    assertThat(compared(OURS.replace("\nx-sdk-date:20260528T120000Z", "\nx-new:1")))
        .endsWith(
            "signed: header x-sdk-date ours '20260528T120000Z', the gateway's missing;"
                + " header x-new ours missing, the gateway's '1'");
  }

  @Test
  void whatProvesSomethingIsComparedAndNeverShown() {
    assertThat(compared(OURS.replace("our-token", "another-token")))
        .endsWith("signed: header x-security-token (not shown)");
    assertThat(compared(OURS.replace("x-security-token:our-token\n", "")))
        .endsWith("signed: header x-security-token (not shown, missing there)");
    assertThat(compared(OURS.replace("host:", "authorization:a-proof\ncookie:b-proof\nhost:")))
        .contains("header authorization (not shown, not among ours)", "header cookie (not shown")
        .doesNotContain("proof");
    assertThat(compared(OURS.replace("/v1", "/v1?X-Sdk-Signature=f00")))
        .endsWith("path (not shown)");
    assertThat(compared(OURS.replace("our-token", "another|token-torn")))
        .contains("a line that is no header (not shown, not among ours)")
        .doesNotContain("torn");
  }

  @Test
  void atMostThreeDifferencesAreShown() {
    assertThat(compared("PUT|/x/|a=b|host:h||host|f00"))
        .contains("method ours", "path ours", "query ours ''")
        .doesNotContain("header host")
        .endsWith("; and more");
  }

  @Test
  void oneThatIsCutDiffersFromWhereItEnds() {
    assertThat(compared("GET|/v1/p/jobs/j/||host:ecs.example.com"))
        .contains("header x-sdk-date ours '20260528T120000Z', the gateway's missing");
    assertThat(compared("")).contains("method ours 'GET', the gateway's ''");
  }

  @Test
  void aLongLineIsCutAndControlCharactersAreShownHarmless() {
    assertThat(compared(OURS.replace("ecs.", "\u001b" + "x".repeat(1_000))))
        .hasSizeLessThan(400)
        .contains("the gateway's '?xxx", "x…'")
        .doesNotContain("\u001b");
  }

  @Test
  void withoutTheGatewaysThereIsNothingToCompare() {
    assertThat(CanonicalComparison.of(OURS, "verify aksk signature fail")).isNull();
  }

  @Test
  void aFloodOfLinesIsLookedIntoOnlySoFar() {
    assertThat(compared("GET|/v1/p/jobs/j/||" + "a|".repeat(4_000_000)))
        .startsWith("the gateway read another request than was signed: ")
        .hasSizeLessThan(1_000);
  }
}
