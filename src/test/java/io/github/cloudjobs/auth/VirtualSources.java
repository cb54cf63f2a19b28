package io.github.cloudjobs.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import mockwebserver3.MockWebServer;

/** Sources of credentials whose clock is a test's, for tests of other packages. */
public final class VirtualSources {
  private VirtualSources() {}

  public static CredentialsProvider ecsMetadata(MockWebServer server, InstantSource clock) {
    return EcsMetadata.provider(
        MetadataAddress.of(MetadataService.address(server)), surroundings(clock));
  }

  public static CredentialsProvider iamPassword(MockWebServer server, InstantSource clock) {
    return CredentialsProvider.iamPassword(IamService.endpoint(server))
        .user("user", "account")
        .password(IamService.PASSWORD)
        .projectId("p")
        .build(surroundings(clock));
  }

  private static Surroundings surroundings(InstantSource clock) {
    Instant start = clock.instant();
    return new Surroundings(
        name -> null,
        name -> null,
        clock,
        () -> Duration.between(start, clock.instant()).toNanos(),
        Runnable::run);
  }
}
