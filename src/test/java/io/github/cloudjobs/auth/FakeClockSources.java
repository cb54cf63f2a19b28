package io.github.cloudjobs.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import mockwebserver3.MockWebServer;

/** Sources of credentials whose clock is a test's, for tests of other packages. */
public final class FakeClockSources {
  private FakeClockSources() {}

  public static CredentialsProvider ecsMetadata(MockWebServer server, InstantSource clock) {
    return EcsMetadata.provider(MetadataService.address(server).toString(), system(clock));
  }

  public static CredentialsProvider iamPassword(MockWebServer server, InstantSource clock) {
    return CredentialsProvider.iamPassword(IamService.endpoint(server))
        .user("user", "account")
        .password(IamService.PASSWORD)
        .projectId("p")
        .build(system(clock));
  }

  private static SystemEnvironment system(InstantSource clock) {
    Instant start = clock.instant();
    return new SystemEnvironment(
        name -> null,
        name -> null,
        clock,
        () -> Duration.between(start, clock.instant()).toNanos(),
        Runnable::run);
  }
}
