package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.wait.JobPollException;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Class paths on which a dependency has another version. */
class OtherLibraryVersionsTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  /** Loads everything itself, except for one class. */
  private static final class Without extends URLClassLoader {
    private final String missing;

    Without(String missing) {
      super(classPath(), ClassLoader.getPlatformClassLoader());
      this.missing = missing;
    }

    private static URL[] classPath() {
      return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Without::url)
          .toArray(URL[]::new);
    }

    private static URL url(String file) {
      try {
        return Path.of(file).toUri().toURL();
      } catch (MalformedURLException impossible) {
        throw new AssertionError(impossible);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.equals(missing)) {
        throw new ClassNotFoundException(name);
      }
      return super.findClass(name);
    }
  }

  /** Polls, in a class loader of its own, and returns what the exception says. */
  public static final class Poll implements UnaryOperator<String> {
    public Poll() {}

    @Override
    public String apply(String endpoint) {
      try (JobsClient client =
          JobsClient.builder()
              .service(JobsService.ECS)
              .endpoint(endpoint)
              .credentials(Credentials.token("invented"))
              .build()) {
        return String.valueOf(catchThrowable(() -> client.pollJob(PROJECT, JOB)));
      }
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void aPollWithAnOlderOkioSaysWhatIsMissingWhoseItIsAndWhatToImport() throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    try (Without older = new Without("okio.Socket")) {
      UnaryOperator<String> poll =
          (UnaryOperator<String>)
              older.loadClass(Poll.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(poll.apply(Gateway.endpoint(server)))
          .startsWith(JobsException.class.getName() + ": the poll failed: NoClassDefFoundError")
          .contains("okio/Socket; okio-jvm-")
          .contains(".jar is another version than this library was compiled with: import")
          .contains("com.squareup.okio:okio-bom:");
    }
  }

  private JobsClient client(Error thrown) {
    OkHttpClient failing =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  throw thrown;
                })
            .build();
    return Gateway.client(server).httpClient(failing).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'okio.Socket okio.Okio.socket(java.net.Socket)' | okio-jvm | okio-bom",
        "'okio.BufferedSource okhttp3.ResponseBody.source()' | okhttp-jvm | okhttp-bom",
        "com/fasterxml/jackson/annotation/JsonSerializeAs | jackson-annotations | jackson-bom",
        "'void com.fasterxml.jackson.core.JsonParser.x(int)' | jackson-core | jackson-bom"
      })
  void theLibraryIsThatOfTheMissingMember(String message, String jar, String bom) {
    try (JobsClient client = client(new NoSuchMethodError(message))) {
      for (boolean async : new boolean[] {false, true}) {
        assertThat(catchThrowable(() -> Gateway.poll(client, async)))
            .isExactlyInstanceOf(JobsException.class)
            .hasMessageStartingWith("the poll failed: NoSuchMethodError, %s; %s-", message, jar)
            .hasMessageContaining(":" + bom + ":");
      }
    }
  }

  @Test
  void aWaitEndsWithIt() {
    NoSuchMethodError missing = new NoSuchMethodError("'void okio.Buffer.x()'");
    try (JobsClient client = client(new ExceptionInInitializerError(missing))) {
      assertThat(catchThrowable(() -> Gateway.join(client.waitForCompletionAsync(PROJECT, JOB))))
          .isInstanceOf(JobPollException.class)
          .hasMessageContaining("NoSuchMethodError, 'void okio.Buffer.x()'; okio-jvm-");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hush", "hushokio.Okio", "com/example/Hush"})
  void anyOtherLinkageErrorIsNamedByItsClass(String message) {
    try (JobsClient client = client(new NoClassDefFoundError(message))) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessage("the poll failed: java.lang.NoClassDefFoundError");
    }
  }

  @Test
  void aClassThatCouldNotBeInitializedOrANativeLibraryIsNoOtherVersion() {
    for (Error thrown :
        new Error[] {
          new NoClassDefFoundError("Could not initialize class okhttp3.internal.platform.Platform"),
          new UnsatisfiedLinkError("okhttp3.Native")
        }) {
      try (JobsClient client = client(thrown)) {
        assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
            .hasMessage("the poll failed: " + thrown.getClass().getName());
      }
    }
  }
}
