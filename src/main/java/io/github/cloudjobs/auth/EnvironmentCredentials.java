package io.github.cloudjobs.auth;

import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.HeaderText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from environment variables. Found credentials are kept, because the variables of a
 * process do not change.
 */
final class EnvironmentCredentials implements CredentialsProvider {
  /** The variables of one tool. Of several names for a value, the first that is set counts. */
  private record Family(
      List<String> tokens, List<String> ids, List<String> secrets, List<String> securityTokens) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family( // the official SDKs
              List.of(),
              List.of("HUAWEICLOUD_SDK_AK"),
              List.of("HUAWEICLOUD_SDK_SK"),
              List.of("HUAWEICLOUD_SDK_SECURITY_TOKEN")),
          new Family( // Huawei Cloud's Terraform provider
              List.of("HW_AUTH_TOKEN"),
              List.of("HW_ACCESS_KEY"),
              List.of("HW_SECRET_KEY"),
              List.of("HW_SECURITY_TOKEN")),
          new Family( // the tools of Open Telekom Cloud and FlexibleEngine
              List.of("OS_TOKEN", "OS_TOKEN_ID", "OS_AUTH_TOKEN"),
              List.of("OS_ACCESS_KEY", "OS_ACCESS_KEY_ID", "OS_AK"),
              List.of("OS_SECRET_KEY", "OS_ACCESS_KEY_SECRET", "OS_SK"),
              List.of("OS_SECURITY_TOKEN", "OS_AKSK_SECURITY_TOKEN", "OS_ST")));

  private final SystemEnvironment environment;
  private volatile @Nullable Credentials found;

  EnvironmentCredentials(SystemEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Credentials get() {
    Credentials known = found;
    if (known == null) {
      known = find();
      found = known;
    }
    return known;
  }

  private Credentials find() {
    List<String> problems = new ArrayList<>();
    for (Family family : FAMILIES) {
      try {
        Credentials credentials = find(family);
        if (credentials != null) {
          return credentials;
        }
      } catch (IllegalArgumentException problem) {
        problems.add(String.valueOf(problem.getMessage()));
      }
    }
    if (environment.variable("OS_PASSWORD") != null) {
      problems.add("OS_PASSWORD, which needs CredentialsProvider.iamPassword(..)");
    }
    throw new JobsException(
        this
            + ": "
            + (problems.isEmpty()
                ? "no HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY, OS_ACCESS_KEY or token is set"
                : String.join("; ", problems)));
  }

  /**
   * Returns the credentials of a family; null if none of its variables is set.
   *
   * @throws IllegalArgumentException if it is incomplete or a value cannot be used
   */
  private @Nullable Credentials find(Family family) {
    Part token = first(family.tokens());
    if (token != null) {
      return Credentials.token(HeaderText.requireKey(token.name(), token.value()));
    }
    Part id = first(family.ids());
    Part secret = first(family.secrets());
    Part securityToken = first(family.securityTokens());
    if (id != null && secret != null) {
      return AccessKey.of(id, secret, securityToken);
    }
    if (id == null && secret == null && securityToken == null) {
      return null;
    }
    throw new IllegalArgumentException(
        joined(Stream.of(id, secret, securityToken).filter(Objects::nonNull).map(Part::name))
            + " without "
            + joined(
                Stream.of(
                        id == null ? family.ids().get(0) : null,
                        secret == null ? family.secrets().get(0) : null)
                    .filter(Objects::nonNull)));
  }

  private static String joined(Stream<String> names) {
    return names.collect(Collectors.joining(" and "));
  }

  private @Nullable Part first(List<String> names) {
    for (String name : names) {
      String value = environment.variable(name);
      if (value != null) {
        return new Part(name, value);
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return "environment variables";
  }
}
