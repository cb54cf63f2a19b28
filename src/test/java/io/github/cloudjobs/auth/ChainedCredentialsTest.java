package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainedCredentialsTest {
  private static final Credentials ONE = Credentials.token("one");
  private static final Credentials TWO = Credentials.token("two");

  @StartStop private final MockWebServer server = new MockWebServer();
  @TempDir private Path home;
  private final FakeEnvironment environment = new FakeEnvironment();

  private static CredentialsProvider failing(RuntimeException failure) {
    return () -> {
      throw failure;
    };
  }

  private static CredentialsProvider of(Iterator<Credentials> responses) {
    return () ->
        Optional.ofNullable(responses.next())
            .orElseThrow(() -> new JobsTransportException("lost", null));
  }

  @Test
  void theFirstSourceWithCredentialsIsUsedFromThenOn() {
    Iterator<Credentials> first = Arrays.asList(null, ONE).iterator(); // for null it fails
    Iterator<Credentials> second = Arrays.asList(TWO, null, TWO).iterator();
    CredentialsProvider chain = CredentialsProvider.chain(of(first), of(second));
    assertThat(chain.get()).isEqualTo(TWO);
    assertThatThrownBy(chain::get).isInstanceOf(JobsTransportException.class).hasMessage("lost");
    assertThat(chain.get()).isEqualTo(TWO);
    assertThat(first).toIterable().containsExactly(ONE);
  }

  @Test
  void refreshGoesToTheSourceInUse() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "[basic]\nak = AK1\nsk = hush");
    CredentialsProvider chain =
        CredentialsProvider.chain(
            failing(new JobsException("no")), CredentialsProvider.credentialsFile(file));
    Credentials first = Credentials.accessKey("AK1", "hush");
    assertThat(chain.refresh(first)).isEqualTo(first); // nothing was handed out yet
    Files.delete(file);
    assertThat(chain.get()).isEqualTo(first);
    assertThatThrownBy(() -> chain.refresh(first)).hasMessageEndingWith("it does not exist");
  }

  @Test
  void ifAllFailOneExceptionContainsTheMessageOfEach() {
    RuntimeException lost = new JobsTransportException("the second is lost", null);
    CredentialsProvider chain =
        CredentialsProvider.chain(
            failing(new JobsException("the first has none")),
            failing(lost),
            failing(new IllegalStateException("hush")),
            () -> null);
    assertThatThrownBy(chain::get)
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage(
            "no source has credentials: (1) the first has none; (2) the second is lost;"
                + " (3) java.lang.IllegalStateException; (4) java.lang.NullPointerException")
        .hasNoCause()
        .hasSuppressedException(lost);
  }

  @Test
  void aChainNeedsAProvider() {
    assertThatIllegalArgumentException().isThrownBy(CredentialsProvider::chain);
    assertThatNullPointerException().isThrownBy(() -> CredentialsProvider.chain(() -> ONE, null));
    assertThat(CredentialsProvider.chain(() -> ONE))
        .hasToString("chain of 1 credentials providers");
  }

  private CredentialsProvider byDefault() {
    environment.properties.put("user.home", home.toString());
    environment.properties.put(
        EcsMetadata.ADDRESS_PROPERTY, MetadataService.address(server).toString());
    return ChainedCredentials.ofDefaults(environment.system());
  }

  @Test
  void byDefaultTheEnvironmentComesBeforeTheFileAndTheFileBeforeTheMetadata() throws IOException {
    MetadataService service = MetadataService.on(server);
    assertThat(byDefault().get()).isEqualTo(service.key());
    Path folder = Files.createDirectories(home.resolve(".huaweicloud"));
    Files.writeString(folder.resolve("credentials"), "[basic]\nak = AKFILE\nsk = hush");
    assertThat(byDefault().get()).isEqualTo(Credentials.accessKey("AKFILE", "hush"));
    environment.variables.put("OS_TOKEN", "one");
    environment.variables.put("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "no path: \0");
    assertThat(byDefault().get()).isEqualTo(ONE);
    assertThat(service.methods).hasSize(2);
  }

  @Test
  void byDefaultTheMessageHasTheReasonOfEachSource() {
    MetadataService.on(server)
        .respondToKeyRequest(
            MetadataService.status(401, "Please configure Cloud Service Agency first"));
    environment.variables.putAll(Map.of("HW_ACCESS_KEY", "AK"));
    CredentialsProvider chain = byDefault();
    assertThatThrownBy(chain::get)
        .hasMessage(
            "no source has credentials:"
                + " (1) environment variables: HW_ACCESS_KEY without HW_SECRET_KEY;"
                + " (2) credentials file %s: it does not exist;"
                    .formatted(home.resolve(".huaweicloud").resolve("credentials"))
                + " (3) ECS metadata at %s: the server has no agency: assign one that may read jobs"
                    .formatted(MetadataService.address(server))
                + " (HTTP 401)");
  }
}
