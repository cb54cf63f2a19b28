package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentCredentialsTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final CredentialsProvider provider = new EnvironmentCredentials(environment.system());

  private void assertFails(String what) {
    assertThatThrownBy(provider::get)
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage("environment variables: " + what)
        .hasNoCause();
  }

  @ParameterizedTest
  @CsvSource({
    "HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN",
    "OS_ACCESS_KEY, OS_SECRET_KEY, OS_SECURITY_TOKEN",
    "OS_ACCESS_KEY_ID, OS_ACCESS_KEY_SECRET, OS_AKSK_SECURITY_TOKEN",
    "OS_AK, OS_SK, OS_ST",
    "OS_AK, OS_SECRET_KEY, OS_AKSK_SECURITY_TOKEN"
  })
  void readsAKeyAndWithASecurityTokenATemporaryOne(String id, String secret, String token) {
    environment.variables.putAll(Map.of(id, "AK", secret, "SK"));
    assertThat(provider.get()).isEqualTo(Credentials.accessKey("AK", "SK"));
    environment.variables.put(token, "ST");
    assertThat(found()).isEqualTo(Credentials.temporaryAccessKey("AK", "SK", "ST"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HW_AUTH_TOKEN", "OS_TOKEN", "OS_TOKEN_ID", "OS_AUTH_TOKEN"})
  void aTokenComesBeforeAKeyOfItsFamily(String name) {
    String prefix = name.substring(0, 2);
    environment.variables.putAll(
        Map.of(name, "T", prefix + "_ACCESS_KEY", "AK", prefix + "_SECRET_KEY", "SK"));
    assertThat(provider.get()).isEqualTo(Credentials.token("T"));
  }

  @Test
  void theSdkComesBeforeTerraformAndTerraformBeforeOpenStack() {
    environment.variables.putAll(
        Map.of("OS_AUTH_TOKEN", "3", "OS_TOKEN_ID", "2", "OS_TOKEN", "os", "HW_AUTH_TOKEN", "hw"));
    environment.variables.putAll(Map.of("HUAWEICLOUD_SDK_AK", "sdk", "HUAWEICLOUD_SDK_SK", "SK"));
    assertThat(found()).isEqualTo(Credentials.accessKey("sdk", "SK"));
    environment.variables.remove("HUAWEICLOUD_SDK_AK");
    assertThat(found()).isEqualTo(Credentials.token("hw"));
    environment.variables.remove("HW_AUTH_TOKEN");
    assertThat(found()).isEqualTo(Credentials.token("os"));
  }

  private Credentials found() {
    return new EnvironmentCredentials(environment.system()).get();
  }

  @Test
  void incompleteFamiliesAreNotMixed() {
    environment.variables.putAll(
        Map.of("HUAWEICLOUD_SDK_AK", "AK", "HW_SECRET_KEY", "SK", "OS_SECURITY_TOKEN", "ST"));
    assertFails(
        "HUAWEICLOUD_SDK_AK without HUAWEICLOUD_SDK_SK; HW_SECRET_KEY without HW_ACCESS_KEY;"
            + " OS_SECURITY_TOKEN without OS_ACCESS_KEY and OS_SECRET_KEY");
  }

  @Test
  void theMessageSaysWhatToSetIfNothingIsSet() {
    assertFails("no HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY, OS_ACCESS_KEY or token is set");
    environment.variables.put("OS_PASSWORD", "hush");
    assertFails("OS_PASSWORD, which needs CredentialsProvider.iamPassword(..)");
  }

  @ParameterizedTest
  @CsvSource({
    "HW_ACCESS_KEY, 'hush\nhush', U+000A (line feed) at index 4",
    "HW_SECRET_KEY, 'hush\u2028hush', U+2028 (line separator) at index 4",
    "HW_SECRET_KEY, '\ufeffhush', U+FEFF (byte order mark) at index 0",
    "HW_SECURITY_TOKEN, 'hush-ключ', a character no header can carry at index 5",
    "HW_AUTH_TOKEN, 'hush\u00a0', U+00A0 (no-break space) at index 4",
    "OS_TOKEN_ID, 'hu\u0000sh', U+0000 (null) at index 2"
  })
  void theMessageNamesTheVariableAndNotItsValue(String name, String value, String problem) {
    if (name.startsWith("HW")) {
      environment.variables.putAll(Map.of("HW_ACCESS_KEY", "AK", "HW_SECRET_KEY", "hush"));
    }
    environment.variables.put(name, value);
    assertFails(name + " holds " + problem);
  }

  @Test
  void blanksAroundAValueAreIgnored() {
    environment.variables.putAll(Map.of("HW_ACCESS_KEY", " AK\r\n", "HW_SECRET_KEY", "\tSK "));
    environment.variables.put("HW_SECURITY_TOKEN", "  ");
    assertThat(provider.get()).isEqualTo(Credentials.accessKey("AK", "SK"));
  }

  @Test
  void foundCredentialsAreKept() {
    environment.variables.put("OS_TOKEN", "T");
    Credentials found = provider.get();
    environment.variables.clear();
    assertThat(provider.get()).isSameAs(found);
    assertThat(provider.refresh(found)).isSameAs(found);
  }
}
