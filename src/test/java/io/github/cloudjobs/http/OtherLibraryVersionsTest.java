package io.github.cloudjobs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsException;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An application with another version of OkHttp, Okio or Jackson than it needs. */
class OtherLibraryVersionsTest {

  private static JobsException failure(Error thrown) {
    OkHttpClient failing =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  throw thrown;
                })
            .build();
    JobsClient.Builder builder =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint("https://jobs.invalid")
            .credentials(Credentials.token("invented"))
            .httpClient(failing);
    return catchThrowableOfType(JobsException.class, () -> Gateway.pollOnce(builder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "okio/Socket | okio-bom",
        "'okio.Socket okio.Okio.socket(java.net.Socket)' | okio-bom",
        "'okio.BufferedSource okhttp3.ResponseBody.source()' | okhttp-bom",
        "com/fasterxml/jackson/annotation/JsonSerializeAs | jackson-bom",
        "'void com.fasterxml.jackson.core.JsonParser.x(int)' | jackson-bom"
      })
  void theMessageNamesTheLibraryOfTheMissingMemberAndWhatToImport(String missing, String bom) {
    for (Error thrown :
        List.of(
            new NoSuchMethodError(missing),
            new ExceptionInInitializerError(new NoSuchMethodError(missing)))) {
      assertThat(failure(thrown))
          .isExactlyInstanceOf(JobsException.class)
          .hasMessageStartingWith("the poll failed: NoSuchMethodError, %s; another", missing)
          .hasMessageEndingWith(":" + bom);
    }
  }

  static List<Error> otherErrors() {
    return List.of(
        new NoClassDefFoundError("hush"),
        new NoClassDefFoundError("hushokio.Okio"),
        new NoClassDefFoundError("com/example/Hush"),
        new NoClassDefFoundError("Could not initialize class okhttp3.internal.platform.Platform"),
        new UnsatisfiedLinkError("okhttp3.Native"));
  }

  @ParameterizedTest
  @MethodSource("otherErrors")
  void anyOtherLinkageErrorIsNamedByItsClass(Error thrown) {
    assertThat(failure(thrown)).hasMessage("the poll failed: " + thrown.getClass().getName());
  }
}
