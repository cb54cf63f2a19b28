package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.testing.JobRoute.Door;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobRouteTest {
  @Test
  void readsEveryDoor() {
    assertThat(JobRoute.of("/v1/p/jobs/j")).isEqualTo(new JobRoute(Door.V1, "p", "j"));
    assertThat(JobRoute.of("/v1.0/p/jobs/j")).isEqualTo(new JobRoute(Door.V1_0, "p", "j"));
    assertThat(JobRoute.of("/v1/cloudimages/job/j"))
        .isEqualTo(new JobRoute(Door.IMS_PROGRESS, null, "j"));
  }

  @Test
  void decodesIdsOnceAndLeavesPlusAlone() {
    assertThat(JobRoute.of("/v1/p%2Fq/jobs/a+b%2520"))
        .isEqualTo(new JobRoute(Door.V1, "p/q", "a+b%20"));
  }

  @Test
  void aBrokenEscapeIsJustAnotherUnknownId() {
    assertThat(JobRoute.of("/v1/p/jobs/%zz")).isEqualTo(new JobRoute(Door.V1, "p", "%zz"));
  }

  @Test
  void nobodyCanHaveSignedABrokenEscape() {
    Request request =
        new Request("GET", "/v1/p/jobs/%zz", "", List.of(Map.entry("Host", "127.0.0.1")));

    assertThat(ArrivedSignature.signable(request)).isNull();
  }
}
