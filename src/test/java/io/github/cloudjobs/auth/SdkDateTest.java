package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SdkDateTest {
  @ParameterizedTest
  @CsvSource({
    "2024-03-05T06:07:08Z, 20240305T060708Z",
    "2024-02-29T23:59:59.999999999Z, 20240229T235959Z",
    "1970-01-01T00:00:00Z, 19700101T000000Z",
    "1969-12-31T23:59:59.5Z, 19691231T235959Z",
    "0000-01-01T00:00:00Z, 00000101T000000Z",
    "0987-10-11T12:13:14Z, 09871011T121314Z",
    "9999-12-31T23:59:59Z, 99991231T235959Z",
  })
  void writesUtcInFixedWidth(Instant at, String text) {
    assertThat(SdkDate.format(at)).isEqualTo(text);
    assertThat(SdkDate.day(text)).isEqualTo(text.substring(0, 8));
  }

  @ParameterizedTest
  @CsvSource({"-0001-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "+1000000000-01-01T00:00:00Z"})
  void refusesYearsThatDoNotFit(Instant at) {
    assertThatIllegalArgumentException().isThrownBy(() -> SdkDate.format(at));
  }

  @Test
  void refusesADayThatIsTooShort() {
    assertThatIllegalArgumentException().isThrownBy(() -> SdkDate.day("2024030"));
  }
}
