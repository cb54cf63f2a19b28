package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void theSdkComesBeforeTerraformAndOpenStackAndInAFamilyATokenBeforeAKey() {
    environment.variables.putAll(Map.of("HW_ACCESS_KEY", "AK", "HW_SECRET_KEY", "SK"));
    environment.variables.putAll(Map.of("OS_ACCESS_KEY", "AK", "OS_SECRET_KEY", "SK"));
    environment.variables.putAll(Map.of("HUAWEICLOUD_SDK_AK", "sdk", "HUAWEICLOUD_SDK_SK", "SK"));
    List<String> tokens = List.of("HW_AUTH_TOKEN", "OS_TOKEN", "OS_TOKEN_ID", "OS_AUTH_TOKEN");
    tokens.forEach(name -> environment.variables.put(name, name));
    assertThat(found()).isEqualTo(Credentials.accessKey("sdk", "SK"));
    environment.variables.remove("HUAWEICLOUD_SDK_AK");
    assertThat(found()).isEqualTo(Credentials.token("HW_AUTH_TOKEN"));
    environment.variables.keySet().removeIf(name -> name.startsWith("HW_"));
    for (String name : tokens.subList(1, 4)) {
      assertThat(found()).isEqualTo(Credentials.token(name));
      environment.variables.remove(name);
    }
    assertThat(found()).isEqualTo(Credentials.accessKey("AK", "SK"));
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
  void theMessageNamesWhatToSetIfNothingIsSet() {
    assertFails("no HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY, OS_ACCESS_KEY or token is set");
    environment.variables.put("OS_PASSWORD", "hush");
    assertFails("OS_PASSWORD, which needs CredentialsProvider.iamPassword(..)");
  }

  @ParameterizedTest
  @CsvSource({
    "HW_ACCESS_KEY, 'hush\nhush', U+000A (line feed) at index 4",
    "HW_SECRET_KEY, 'hush\u2028hush', U+2028 (line separator) at index 4",
    "HW_SECURITY_TOKEN, 'hush-ключ', a character no header can carry at index 5",
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
