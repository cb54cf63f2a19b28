package io.github.cloudjobs.auth;

import static java.util.stream.Collectors.joining;

import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.error.JobsException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Credentials from environment variables, which are read once: they do not change. */
final class EnvironmentCredentials implements CredentialsProvider {
  /** The variables of one tool. Of several names for a value the first that is set counts. */
  private record Family(String token, String id, String secret, String securityToken) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family( // the official SDKs
              "", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
          new Family( // Huawei Cloud's Terraform provider
              "HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"),
          new Family( // the tools of Open Telekom Cloud and FlexibleEngine
              "OS_TOKEN OS_TOKEN_ID OS_AUTH_TOKEN",
              "OS_ACCESS_KEY OS_ACCESS_KEY_ID OS_AK",
              "OS_SECRET_KEY OS_ACCESS_KEY_SECRET OS_SK",
              "OS_SECURITY_TOKEN OS_AKSK_SECURITY_TOKEN OS_ST"));

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
    if (problems.isEmpty()) {
      problems.add("no HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY, OS_ACCESS_KEY or token is set");
    }
    throw new JobsException(this + ": " + String.join("; ", problems));
  }

  /** Returns the credentials of a family; null if none of its variables is set. */
  private @Nullable Credentials find(Family family) {
    Part token = first(family.token());
    if (token.value() != null) {
      return new Token(token.forHeader());
    }
    Part id = first(family.id());
    Part secret = first(family.secret());
    Part securityToken = first(family.securityToken());
    String set = names(part -> part.value() != null, id, secret, securityToken);
    String missing = names(part -> part.value() == null, id, secret);
    if (set.isEmpty()) {
      return null;
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(set + " without " + missing);
    }
    return new AccessKey(id, secret, securityToken.value() == null ? null : securityToken);
  }

  private static String names(Predicate<Part> condition, Part... parts) {
    return Stream.of(parts).filter(condition).map(Part::name).collect(joining(" and "));
  }

  /** Returns the first variable that is set; else the first one, without a value. */
  private Part first(String names) {
    String[] all = names.split(" ", -1);
    return Stream.of(all)
        .map(name -> new Part(name, environment.variable(name)))
        .filter(part -> part.value() != null)
        .findFirst()
        .orElse(new Part(all[0], null));
  }

  @Override
  public String toString() {
    return "environment variables";
  }
}
