package io.github.cloudjobs.auth;

import io.github.cloudjobs.auth.AccessKey.Part;
import io.github.cloudjobs.error.JobsException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Credentials from environment variables, which are read once: they do not change. */
final class EnvironmentCredentials implements CredentialsProvider {
  /**
   * The variables of each tool: of a token, and of a key its id, secret and security token. If a
   * value has several names, the first that is set counts.
   */
  private static final String[][] FAMILIES = {
    { // the official SDKs
      "", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"
    },
    { // Huawei Cloud's Terraform provider
      "HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"
    },
    { // the tools of Open Telekom Cloud and FlexibleEngine
      "OS_TOKEN OS_TOKEN_ID OS_AUTH_TOKEN",
      "OS_ACCESS_KEY OS_ACCESS_KEY_ID OS_AK",
      "OS_SECRET_KEY OS_ACCESS_KEY_SECRET OS_SK",
      "OS_SECURITY_TOKEN OS_AKSK_SECURITY_TOKEN OS_ST"
    }
  };

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
    for (String[] family : FAMILIES) {
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
  private @Nullable Credentials find(String... family) {
    Part token = first(family[0]);
    if (token.value != null) {
      return new Token(token.forHeader());
    }
    Part id = first(family[1]);
    Part secret = first(family[2]);
    Part securityToken = first(family[3]);
    List<String> set = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Part part : List.of(id, secret, securityToken)) {
      if (part.value != null) {
        set.add(part.name);
      } else if (part != securityToken) {
        missing.add(part.name);
      }
    }
    if (set.isEmpty()) {
      return null;
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(" and ", set) + " without " + String.join(" and ", missing));
    }
    return new AccessKey(id, secret, securityToken.value == null ? null : securityToken);
  }

  /** Returns the first variable that is set; else the first one, without a value. */
  private Part first(String names) {
    String[] all = names.split(" ", -1);
    for (String name : all) {
      String value = environment.variable(name);
      if (value != null) {
        return new Part(name, value);
      }
    }
    return new Part(all[0], null);
  }

  @Override
  public String toString() {
    return "environment variables";
  }
}
