package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.http.Gateway;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that are built by region, and what the environment has to say about it. */
class RegionTest {
  private static final JobsService CBR = JobsService.of("own", "/v3/{job_id}", "cbr-x");

  private static JobsClient.Builder client() {
    return JobsClient.builder().service(JobsService.ECS).credentials(Gateway.KEY);
  }

  private static JobsClient.Builder inGermany(Map<String, String> environment) {
    return client().region("eu-de", Cloud.OPEN_TELEKOM_CLOUD, environment::get);
  }

  private static String urlOf(JobsClient client) {
    return client.jobUrl("p", "j").toString();
  }

  @Test
  void aRegionStandsForAnEndpoint() {
    try (JobsClient ecs = inGermany(Map.of()).build()) {
      assertThat(urlOf(ecs)).isEqualTo("https://ecs.eu-de.otc.t-systems.com/v1/p/jobs/j");
      assertThat(ecs).asString().endsWith(" at https://ecs.eu-de.otc.t-systems.com/]");
    }
  }

  @Test
  void theRealEnvironmentIsAskedUnlessATestSaysOtherwise() {
    try (JobsClient ecs = client().region("nowhere-77", Cloud.FLEXIBLE_ENGINE).build()) {
      assertThat(urlOf(ecs))
          .isEqualTo("https://ecs.nowhere-77.prod-cloud-ocb.orange-business.com/v1/p/jobs/j");
    }
  }

  @Test
  void otherServicesAreFoundInTheSameRegion() {
    try (JobsClient ecs = inGermany(Map.of()).build();
        JobsClient elb = ecs.with(JobsService.ELB_V1);
        JobsClient eip = elb.with(JobsService.EIP);
        JobsClient cbr = eip.with(CBR)) {
      assertThat(urlOf(elb)).isEqualTo("https://elb.eu-de.otc.t-systems.com/v1.0/p/jobs/j");
      assertThat(urlOf(eip)).isEqualTo("https://vpc.eu-de.otc.t-systems.com/v1/p/jobs/j");
      assertThat(urlOf(cbr)).isEqualTo("https://cbr-x.eu-de.otc.t-systems.com/v3/j");
    }
  }

  @Test
  void aSiblingThatWasGivenAnEndpointStillKnowsTheFamilysRegion() {
    try (JobsClient ecs = inGermany(Map.of()).build();
        JobsClient elsewhere = ecs.with(JobsService.ELB_V1, "https://elb.example.com");
        JobsClient ims = elsewhere.with(JobsService.IMS)) {
      assertThat(urlOf(elsewhere)).isEqualTo("https://elb.example.com/v1.0/p/jobs/j");
      assertThat(urlOf(ims)).isEqualTo("https://ims.eu-de.otc.t-systems.com/v1/p/jobs/j");
    }
  }

  @Test
  void aClientBuiltByEndpointDoesNotGuessWhereOtherServicesAre() {
    try (JobsClient ecs = client().endpoint("https://ecs.eu-de.otc.t-systems.com").build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> ecs.with(JobsService.IMS))
          .withMessageContaining("built with endpoint(..)")
          .withMessageContaining("use with(service, endpoint)");
    }
  }

  @Test
  void aServiceWithoutAHostNameIsToldToUseAnEndpoint() {
    JobsService own = JobsService.of("own", "/v3/{job_id}");
    JobsClient.Builder builder = inGermany(Map.of()).service(own);
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("use endpoint(..)");
    try (JobsClient ecs = inGermany(Map.of()).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ecs.with(own))
          .withMessageContaining("use endpoint(..)");
      assertThatNullPointerException().isThrownBy(() -> ecs.with(null)).withMessage("service");
    }
  }

  @Test
  void anEndpointAndARegionAreTooMuch() {
    assertThatIllegalStateException()
        .isThrownBy(inGermany(Map.of()).endpoint("https://ecs.example.com")::build)
        .withMessageContaining("both endpoint(..) and region(..)");
  }

  @Test
  void refusesWhatCannotBeARegionAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().region("eu-de.evil.example/", Cloud.OPEN_TELEKOM_CLOUD))
        .withMessageStartingWith("region must hold only letters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().region(null, Cloud.OPEN_TELEKOM_CLOUD))
        .withMessage("region must not be null or blank");
    assertThatNullPointerException()
        .isThrownBy(() -> client().region("eu-de", null))
        .withMessage("cloud");
  }

  @ParameterizedTest
  @CsvSource({
    "ECS, HUAWEICLOUD_SDK_REGION_ECS_CN_NORTH_9",
    "IMS, HUAWEICLOUD_SDK_REGION_IMS_CN_NORTH_9",
    "IMS_PROGRESS, HUAWEICLOUD_SDK_REGION_IMS_CN_NORTH_9",
    "ELB_V1, HUAWEICLOUD_SDK_REGION_ELB_CN_NORTH_9",
    "EVS, HUAWEICLOUD_SDK_REGION_EVS_CN_NORTH_9",
    "BMS, HUAWEICLOUD_SDK_REGION_BMS_CN_NORTH_9",
    "EIP, HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_9",
    "SDRS, HUAWEICLOUD_SDK_REGION_SDRS_CN_NORTH_9",
    "VBS, HUAWEICLOUD_SDK_REGION_VBS_CN_NORTH_9",
    "own, HUAWEICLOUD_SDK_REGION_CBR_X_CN_NORTH_9"
  })
  void theEnvironmentNamesAServiceAsTheVendorsSdkDoes(String service, String variable)
      throws ReflectiveOperationException {
    JobsService asked =
        service.equals("own") ? CBR : (JobsService) JobsService.class.getField(service).get(null);
    Map<String, String> environment = Map.of(variable, "https://here.example:8443/x");
    JobsClient.Builder builder =
        client().service(asked).region("cn-north-9", Cloud.HUAWEI_CLOUD, environment::get);
    try (JobsClient client = builder.build()) {
      assertThat(urlOf(client)).startsWith("https://here.example:8443/x/v");
    }
  }

  @Test
  void anOverrideIsOfOneServiceInOneRegion() {
    Map<String, String> environment =
        Map.of(
            "HUAWEICLOUD_SDK_REGION_IMS_EU_DE", "https://ims.example.com",
            "HUAWEICLOUD_SDK_REGION_VPC_EU_DE", "https://vpc.example.com",
            "HUAWEICLOUD_SDK_REGION_ECS_EU_NL", "https://nl.example.com");
    try (JobsClient ecs = inGermany(environment).build();
        JobsClient ims = ecs.with(JobsService.IMS);
        JobsClient eip = ecs.with(JobsService.EIP)) {
      assertThat(urlOf(ecs)).startsWith("https://ecs.eu-de.otc.t-systems.com/");
      assertThat(urlOf(ims)).startsWith("https://ims.example.com/");
      assertThat(urlOf(eip)).startsWith("https://vpc.eu-de.otc.t-systems.com/");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'https://a.example,https://b.example', https://a.example/",
    "' https://a.example , not://looked at', https://a.example/",
    "https://a.example/base/, https://a.example/base/",
    "'a.example,b.example', https://a.example/",
    "a.example:8443/base, https://a.example:8443/base/",
    "http.example.com, https://http.example.com/",
    "http://127.0.0.1:8080, http://127.0.0.1:8080/",
    "'', https://ecs.eu-de.otc.t-systems.com/",
    "'  ', https://ecs.eu-de.otc.t-systems.com/"
  })
  void theFirstEndpointOfAnOverrideIsUsed(String value, String start) {
    try (JobsClient ecs = inGermany(Map.of("HUAWEICLOUD_SDK_REGION_ECS_EU_DE", value)).build()) {
      assertThat(urlOf(ecs)).isEqualTo(start + "v1/p/jobs/j");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1, use https",
    "ftp://a.example, an https URL",
    "https:/a.example?x, a query",
    "https://user:hushhush@a.example, user info",
    "user:hushhush@a.example, user info",
    "a.example#x, a fragment",
    "a b.example, an https URL",
    "',https://a.example', be given"
  })
  void anOverrideIsCheckedLikeAnyEndpointAndNamed(String value, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(inGermany(Map.of("HUAWEICLOUD_SDK_REGION_ECS_EU_DE", value))::build)
        .withMessageStartingWith("HUAWEICLOUD_SDK_REGION_ECS_EU_DE: endpoint must ")
        .withMessageContaining(problem)
        .withMessageNotContaining("hushhush");
  }

  @Test
  void anOverrideMayBePlaintextWhereThatIsAllowed() {
    Map<String, String> environment =
        Map.of(
            "HUAWEICLOUD_SDK_REGION_ECS_EU_DE", "http://10.0.0.1",
            "HUAWEICLOUD_SDK_REGION_IMS_EU_DE", "http://10.0.0.2");
    try (JobsClient ecs = inGermany(environment).allowPlaintext().build();
        JobsClient ims = ecs.with(JobsService.IMS)) {
      assertThat(urlOf(ecs)).startsWith("http://10.0.0.1/");
      assertThat(urlOf(ims)).startsWith("http://10.0.0.2/");
    }
  }
}
