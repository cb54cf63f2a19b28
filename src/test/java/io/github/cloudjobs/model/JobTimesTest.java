package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobTimesTest {
  private final Locale locale = Locale.getDefault();
  private final TimeZone zone = TimeZone.getDefault();

  @AfterEach
  void restoreDefaults() {
    Locale.setDefault(locale);
    TimeZone.setDefault(zone);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2016-04-25T20:04:47.591Z | 2016-04-25T20:04:47.591Z",
        "2016-04-25t20:04:47.5z | 2016-04-25T20:04:47.500Z",
        "2019-04-26T07:00:06,25Z | 2019-04-26T07:00:06.250Z",
        "2019-04-26T07:00:06.123456789Z | 2019-04-26T07:00:06.123456789Z",
        "2019-04-26T07:00:06.1234567899999Z | 2019-04-26T07:00:06.123456789Z",
        "04-Jun-2015 18:11:06:586 | 2015-06-04T18:11:06.586Z",
        "04-jun-2015 18:11:06 | 2015-06-04T18:11:06Z",
        "29-feb-2016T00:00:00:1 | 2016-02-29T00:00:00.100Z",
        "2018-08-06T10:41:14+0100 | 2018-08-06T09:41:14Z",
        "2018-08-06T10:41:14+08:00 | 2018-08-06T02:41:14Z",
        "2018-08-06T10:41:14.5-03:30 | 2018-08-06T14:11:14.500Z",
        "2018-08-06T10:41:14+08 | 2018-08-06T02:41:14Z",
        "2025-05-19 09:06:18.0 | 2025-05-19T09:06:18Z",
        "2022-11-09T20:25:00 | 2022-11-09T20:25:00Z",
        "1684191545379 | 2023-05-15T22:59:05.379Z",
        "1684191545 | 2023-05-15T22:59:05Z",
        "2020-02-02 08:12:40.672772389 +0000 UTC | 2020-02-02T08:12:40.672772389Z",
        "2020-02-02 08:12:40.672772 +0800 CST | 2020-02-02T00:12:40.672772Z",
        "2016/12/08 11:07:28 GMT+08:00 | 2016-12-08T03:07:28Z",
        "2016-01-07T06: 59: 23.115Z | 2016-01-07T06:59:23.115Z",
        "'  2016-01-07T06:59:23Z  ' | 2016-01-07T06:59:23Z",
        "2016-12-31T23:59:60Z | 2017-01-01T00:00:00Z",
      })
  void everyFormatIsReadTheSameInEveryLocaleAndZone(String text, Instant expected) {
    for (String tag :
        new String[] {"en-US", "tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist", "zh-CN"}) {
      for (String id : new String[] {"UTC", "Asia/Shanghai", "America/St_Johns"}) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        TimeZone.setDefault(TimeZone.getTimeZone(id));
        assertThat(read(text)).as("%s in %s, %s", text, tag, id).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "2016-02-30T00:00:00Z",
        "2016-13-01T00:00:00Z",
        "2016-01-01T24:00:00Z",
        "2016-01-01T00:00:61Z",
        "2016-01-15T01:0807.476Z",
        "2016-01-01",
        "2016-01-01_10:10:10Z",
        "2016-01/01T10:10:10Z",
        "2016-01-01T10:10:10.Z",
        "2016-01-01T10:10:10X",
        "2016-01-01T10:10:10+19:00",
        "2016-01-01T10:10:10+08:60",
        "0000-01-01T10:10:10Z",
        "01-Jan-0000 10:10:10",
        "2016-01-01 10:10:10 GMT+0800 CST",
        "2016-01-01T10:10:10Z UTC",
        "2016-01-01T10:10:10+0800 cst",
        "04-Foo-2015 18:11:06:586",
        "04-Jun-15 18:11:06:586",
        "٠٤-Jun-2015 18:11:06:586",
        "2016-04-25T20:04:47.٥Z",
        "1",
        "168419154537",
        "1684191545.379",
        "99999999999999999999999999",
      })
  void otherTextsReadAsNull(String text) {
    assertThat(read(text)).isNull();
  }

  static Instant read(String text) {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(text));
    return Job.fromJson("{\"begin_time\":\"" + quoted + "\"}").beginTime();
  }

  @Test
  void aNumberIsATimeTooAndKeepsItsText() {
    Job job = Bodies.job("sdrs-and-vbs-keys.json");

    assertThat(job.beginTimeText()).isEqualTo("1684191545379");
    assertThat(job.beginTime()).isEqualTo("2023-05-15T22:59:05.379Z");
    assertThat(job.endTime()).isEqualTo("2023-05-15T22:59:08Z");
    assertThat(Job.fromJson("{\"end_time\":{\"a\":1}}").endTime()).isNull();
    assertThat(Job.fromJson("{\"end_time\":1.5e3}").endTimeText()).isEqualTo("1.5e3");
  }
}
