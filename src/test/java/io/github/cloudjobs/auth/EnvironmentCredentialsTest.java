package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
    environment.variables.putAll(Map.of("OS_TOKEN", "os", "HW_AUTH_TOKEN", "hw"));
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
  void theFirstSpellingInAFamilyCounts() {
    environment.variables.putAll(Map.of("OS_AUTH_TOKEN", "3", "OS_TOKEN_ID", "2", "OS_TOKEN", "1"));
    assertThat(provider.get()).isEqualTo(Credentials.token("1"));
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
  void anIncompleteFamilyIsSkipped() {
    environment.variables.putAll(
        Map.of("HUAWEICLOUD_SDK_AK", "AK", "HW_ACCESS_KEY", "AK2", "HW_SECRET_KEY", "SK2"));
    assertThat(provider.get()).isEqualTo(Credentials.accessKey("AK2", "SK2"));
  }

  @Test
  void theMessageSaysWhatToSetIfNothingIsSet() {
    assertFails("no HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY, OS_ACCESS_KEY or token is set");
    environment.variables.put("OS_PASSWORD", "hush");
    assertFails("OS_PASSWORD, which needs CredentialsProvider.iamPassword(..)");
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of(
            "HW_ACCESS_KEY holds U+000A (line feed) at index 4",
            Map.of("HW_ACCESS_KEY", "hush\nhush", "HW_SECRET_KEY", "hush")),
        Arguments.of(
            "OS_SK holds U+FEFF (byte order mark) at index 0",
            Map.of("OS_AK", "AK", "OS_SK", "\ufeffhush")),
        Arguments.of(
            "OS_TOKEN holds U+00A0 (no-break space) at index 4", Map.of("OS_TOKEN", "hush\u00a0")),
        Arguments.of(
            "OS_SK holds U+2028 (line separator) at index 4",
            Map.of("OS_AK", "AK", "OS_SK", "hush\u2028hush")),
        Arguments.of(
            "HUAWEICLOUD_SDK_SECURITY_TOKEN holds a character no header can carry at index 5",
            Map.of(
                "HUAWEICLOUD_SDK_AK",
                "AK",
                "HUAWEICLOUD_SDK_SK",
                "hush",
                "HUAWEICLOUD_SDK_SECURITY_TOKEN",
                "hush-ключ")),
        Arguments.of(
            "OS_TOKEN_ID holds U+0000 (null) at index 2", Map.of("OS_TOKEN_ID", "hu\0sh")));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void theMessageNamesTheVariableAndNotItsValue(String problem, Map<String, String> variables) {
    environment.variables.putAll(variables);
    assertFails(problem);
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

  @Test
  void aPartOfAKeyShowsItsNameOnly() {
    assertThat(new AccessKey.Part("HW_SECRET_KEY", "hush")).hasToString("HW_SECRET_KEY");
  }
}
