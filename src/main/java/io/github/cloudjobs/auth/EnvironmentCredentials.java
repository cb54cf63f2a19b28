package io.github.cloudjobs.auth;

import io.github.cloudjobs.auth.EnvironmentFamily.Found;
import io.github.cloudjobs.error.JobsException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from environment variables. Those of a process do not change, so what was found once
 * is kept; what was not found is looked for again, which only tests can make succeed.
 */
final class EnvironmentCredentials implements CredentialsProvider {
  private final Surroundings surroundings;
  private volatile @Nullable Credentials found;

  EnvironmentCredentials(Surroundings surroundings) {
    this.surroundings = surroundings;
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
    for (EnvironmentFamily family : EnvironmentFamily.ALL) {
      Found found = family.find(surroundings::variable);
      if (found.credentials() != null) {
        return found.credentials();
      }
      if (found.problem() != null) {
        problems.add(found.problem());
      }
    }
    if (surroundings.variable("OS_PASSWORD") != null) {
      problems.add("OS_PASSWORD, which needs CredentialsProvider.iamPassword(..)");
    }
    throw new JobsException(
        this
            + ": "
            + (problems.isEmpty()
                ? "no HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY, OS_ACCESS_KEY or token is set"
                : String.join("; ", problems)));
  }

  @Override
  public String toString() {
    return "environment variables";
  }
}
