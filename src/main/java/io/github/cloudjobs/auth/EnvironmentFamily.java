package io.github.cloudjobs.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables that belong together: each tool sets and reads its own. In a list of names
 * the first that is set counts. Pure.
 *
 * @param tokens where an IAM token may be
 * @param ids where an access key's id may be
 * @param secrets where its secret may be
 * @param securityTokens where what makes it a temporary one may be
 */
record EnvironmentFamily(
    List<String> tokens, List<String> ids, List<String> secrets, List<String> securityTokens) {
  /** All there are, in the order in which they are looked at. */
  static final List<EnvironmentFamily> ALL =
      List.of(
          new EnvironmentFamily( // the official SDKs
              List.of(),
              List.of("HUAWEICLOUD_SDK_AK"),
              List.of("HUAWEICLOUD_SDK_SK"),
              List.of("HUAWEICLOUD_SDK_SECURITY_TOKEN")),
          new EnvironmentFamily( // Huawei Cloud's Terraform provider
              List.of("HW_AUTH_TOKEN"),
              List.of("HW_ACCESS_KEY"),
              List.of("HW_SECRET_KEY"),
              List.of("HW_SECURITY_TOKEN")),
          new EnvironmentFamily( // the tools of Open Telekom Cloud and Flexible Engine
              List.of("OS_TOKEN", "OS_TOKEN_ID", "OS_AUTH_TOKEN"),
              List.of("OS_ACCESS_KEY", "OS_ACCESS_KEY_ID", "OS_AK"),
              List.of("OS_SECRET_KEY", "OS_ACCESS_KEY_SECRET", "OS_SK"),
              List.of("OS_SECURITY_TOKEN", "OS_AKSK_SECURITY_TOKEN", "OS_ST")));

  /**
   * What a family gives.
   *
   * @param credentials null if it gives none
   * @param problem why not, in names of variables; null if none of the family is set
   */
  record Found(@Nullable Credentials credentials, @Nullable String problem) {}

  /**
   * Looks for the whole family; half of it gives nothing.
   *
   * @param lookup returns a variable's content; null if it is not set, or blank
   */
  Found find(Function<String, @Nullable String> lookup) {
    Given token = first(tokens, lookup);
    Given id = first(ids, lookup);
    Given secret = first(secrets, lookup);
    Given securityToken = first(securityTokens, lookup);
    try {
      if (token != null) {
        return new Found(Given.token(token), null);
      }
      if (id != null && secret != null) {
        return new Found(Given.accessKey(id, secret, securityToken), null);
      }
    } catch (IllegalArgumentException unusable) {
      return new Found(null, unusable.getMessage());
    }
    List<Given> set = Stream.of(id, secret, securityToken).filter(Objects::nonNull).toList();
    return new Found(null, set.isEmpty() ? null : half(set, id, secret));
  }

  private static @Nullable Given first(
      List<String> names, Function<String, @Nullable String> lookup) {
    for (String name : names) {
      String value = lookup.apply(name);
      if (value != null) {
        return new Given(name, value);
      }
    }
    return null;
  }

  private String half(List<Given> set, @Nullable Given id, @Nullable Given secret) {
    List<String> missing = new ArrayList<>();
    if (id == null) {
      missing.add(ids.get(0));
    }
    if (secret == null) {
      missing.add(secrets.get(0));
    }
    return String.join(" and ", set.stream().map(Given::where).toList())
        + " without "
        + String.join(" and ", missing);
  }
}
