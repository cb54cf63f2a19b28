package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataAddressTest {
  private final Stage stage = new Stage();

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254, http://169.254.169.254",
    "HTTP://169.254.169.254:80/, http://169.254.169.254",
    "http://127.0.0.1, http://127.0.0.1",
    "http://127.0.0.1:8080/, http://127.0.0.1:8080",
    "http://127.255.255.255:1, http://127.255.255.255:1",
    "http://localhost:8080, http://localhost:8080",
    "http://[::1]:8080, http://[::1]:8080"
  })
  void isTheFixedOneOrOnThisMachine(URI uri, String url) {
    assertThat(MetadataAddress.of(uri).url()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.169.254",
        "http://169.254.169.254:8080",
        "http://169.254.169.253",
        "http://hush.invalid",
        "http://localhost.hush.invalid",
        "http://127.0.0.1.hush.invalid",
        "http://127.0.0.1@hush.invalid",
        "http://hush@127.0.0.1",
        "http://127.1",
        "http://127.0.0.256",
        "http://127.0.0.01",
        "http://127.0.0",
        "http://127.0.0.x",
        "http://2130706433",
        "http://0x7f000001",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://127.0.0.1/hush",
        "http://127.0.0.1?hush",
        "http://127.0.0.1#hush",
        "file:///hush",
        "//127.0.0.1:8080",
        "hush"
      })
  void isNowhereElse(String hush) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataAddress.of(URI.create(hush)))
        .withMessageStartingWith("the metadata address must be http://169.254.169.254, or ")
        .withMessageNotContaining("hush");
  }

  @Test
  void isTheRealOneUnlessSomethingElseIsNamedThePropertyBeforeTheVariable() {
    assertThat(MetadataAddress.of(stage.surroundings())).isEqualTo(MetadataAddress.REAL);
    stage.variables.put(MetadataAddress.VARIABLE, " http://127.0.0.1:1 ");
    assertThat(MetadataAddress.of(stage.surroundings()).url()).isEqualTo("http://127.0.0.1:1");
    stage.properties.put(MetadataAddress.PROPERTY, "http://127.0.0.1:2");
    assertThat(MetadataAddress.of(stage.surroundings()).url()).isEqualTo("http://127.0.0.1:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://hush.invalid", "h u s h", "http://"})
  void whereTheWrongOneIsNamedIsTold(String hush) {
    stage.variables.put(MetadataAddress.VARIABLE, hush);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataAddress.of(stage.surroundings()))
        .withMessageStartingWith("CLOUDJOBS_METADATA_ADDRESS: the metadata address must be ")
        .withMessageNotContaining("hush")
        .withNoCause();
  }
}
