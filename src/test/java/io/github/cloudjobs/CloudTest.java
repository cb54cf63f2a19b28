package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.http.Gateway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hosts of services in the regions of each cloud, and clients that are built by region. */
class CloudTest {
  static final List<Cloud> CLOUDS =
      List.of(
          Cloud.HUAWEI_CLOUD,
          Cloud.HUAWEI_CLOUD_EU,
          Cloud.OPEN_TELEKOM_CLOUD,
          Cloud.FLEXIBLE_ENGINE);

  private static final JobsService CBR = JobsService.of("own", "/v3/{job_id}", "cbr-x");
  private static final JobsService WITHOUT_HOST = JobsService.of("own", "/v3/{job_id}");
  private static final String ECS_IN_GERMANY = "HUAWEICLOUD_SDK_REGION_ECS_EU_DE";

  private static <T> T constant(Class<T> type, String name) {
    try {
      return type.cast(type.getField(name).get(null));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static JobsService service(String name) {
    return name.equals("own") ? CBR : constant(JobsService.class, name);
  }

  private static JobsClient.Builder client() {
    return JobsClient.builder().service(JobsService.ECS).credentials(Gateway.KEY);
  }

  private static JobsClient.Builder inGermany(Map<String, String> environment) {
    return client().region(new Cloud.Region(Cloud.OPEN_TELEKOM_CLOUD, "eu-de", environment));
  }

  private static String urlOf(JobsClient client) {
    return client.jobUrl("p", "j").toString();
  }

  // Hosts

  @ParameterizedTest
  @CsvSource({
    "ECS, ecs, ECS, /v1/p/jobs/j",
    "IMS, ims, IMS, /v1/p/jobs/j",
    "IMS_PROGRESS, ims, IMS, /v1/cloudimages/job/j",
    "ELB_V1, elb, ELB, /v1.0/p/jobs/j",
    "EVS, evs, EVS, /v1/p/jobs/j",
    "BMS, bms, BMS, /v1/p/jobs/j",
    "EIP, vpc, EIP, /v1/p/jobs/j",
    "SDRS, sdrs, SDRS, /v1/p/jobs/j",
    "VBS, vbs, VBS, /v1/p/jobs/j",
    "own, cbr-x, CBR_X, /v3/j"
  })
  void aServiceIsFoundByItsHostNameUnlessAVariableOfTheVendorsSdkNamesAnother(
      String name, String host, String variable, String path) {
    JobsService service = service(name);
    assertThat(service.name()).isEqualTo(name);
    String named = "HUAWEICLOUD_SDK_REGION_" + variable + "_CN_NORTH_9";
    Map<String, String> environment = Map.of(named, "https://here.example:8443/x");
    Map<String, String> endpoints =
        Map.of(
            "cn-north-1",
            "https://" + host + ".cn-north-1.myhuaweicloud.com",
            "cn-north-9",
            "https://here.example:8443/x");
    endpoints.forEach(
        (region, endpoint) -> {
          Cloud.Region place = new Cloud.Region(Cloud.HUAWEI_CLOUD, region, environment);
          try (JobsClient client = client().service(service).region(place).build()) {
            assertThat(urlOf(client)).isEqualTo(endpoint + path);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "HUAWEI_CLOUD, ECS, eu-west-101, ecs.eu-west-101.myhuaweicloud.eu", // by either name
    "HUAWEI_CLOUD_EU, ECS, EU-West-199, ecs.eu-west-199.myhuaweicloud.eu",
    "HUAWEI_CLOUD, ECS, eu-west-0, ecs.eu-west-0.myhuaweicloud.com",
    "HUAWEI_CLOUD, ECS, eu-west-1010, ecs.eu-west-1010.myhuaweicloud.com",
    "HUAWEI_CLOUD, ECS, xx-new-7, ecs.xx-new-7.myhuaweicloud.com", // not listed
    "FLEXIBLE_ENGINE, ECS, as-south-0, ecs.as-south-0.prod-cloud-ocb.orange-business.com",
    "OPEN_TELEKOM_CLOUD, ECS, eu-fr, ecs.eu-fr.otc.t-systems.com", // not listed
    "OPEN_TELEKOM_CLOUD, IMS_PROGRESS, eu-de, ims.eu-de.otc.t-systems.com",
    "OPEN_TELEKOM_CLOUD, BMS, eu-de, ecs.eu-de.otc.t-systems.com", // it has no host of its own
    "OPEN_TELEKOM_CLOUD, own, eu-nl, cbr-x.eu-nl.otc.t-systems.com",
    "OPEN_TELEKOM_CLOUD, EIP, EU-CH2, vpc.eu-ch2.sc.otc.t-systems.com"
  })
  void aServiceIsFoundInTheRegion(String cloud, String service, String region, String host) {
    assertThat(constant(Cloud.class, cloud).endpoint(service(service), region))
        .isEqualTo("https://" + host);
  }

  @ParameterizedTest
  @CsvSource({
    "HUAWEI_CLOUD, cn-north-4, iam.cn-north-4.myhuaweicloud.com",
    "HUAWEI_CLOUD, cn-south-4, iam.myhuaweicloud.com", // it has none of its own
    "HUAWEI_CLOUD, eu-west-101, iam.eu-west-101.myhuaweicloud.eu",
    "FLEXIBLE_ENGINE, as-south-0, iam.as-south-0.prod-cloud-ocb.orange-business.com",
    "OPEN_TELEKOM_CLOUD, eu-nl, iam.eu-nl.otc.t-systems.com",
    "OPEN_TELEKOM_CLOUD, eu-ch2, iam-pub.eu-ch2.sc.otc.t-systems.com"
  })
  void iamIsFoundInTheRegion(String cloud, String region, String host) {
    assertThat(constant(Cloud.class, cloud).iamEndpoint(region)).isEqualTo("https://" + host);
  }

  @ParameterizedTest
  @FieldSource("CLOUDS")
  void everyListedRegionHasEndpoints(Cloud cloud) {
    assertThat(cloud.regions()).isNotEmpty().doesNotHaveDuplicates().isUnmodifiable();
    for (String region : cloud.regions()) {
      try (JobsClient client = client().region(region, cloud).build()) {
        assertThat(client.jobUrl("p", "j").host()).contains("." + region + ".");
      }
      assertThat(cloud.iamEndpoint(region)).startsWith("https://iam");
    }
    assertThat(cloud).hasToString(cloud.name());
    assertThat(CLOUDS).extracting(Cloud::name).doesNotHaveDuplicates();
  }

  // What is refused

  @ParameterizedTest
  @CsvSource({
    ", region must not be null or blank",
    "'  ', region must not be null or blank",
    "'eu-de ', ': eu-de; it holds U+0020 (space) at index 5'",
    "eu\u200bde, : eu?de; it holds U+200B (zero width space) at index 2",
    "'eu-de\r\nHost: x', region must hold only letters a to z",
    "eu-de_project, region must hold only letters a to z",
    "eu.de, region must hold only letters a to z",
    "eu-de:8443/, region must hold only letters a to z",
    "eü-de, region must hold only letters a to z",
    "٣, region must hold only letters a to z",
    "-eu-de, ', digits and hyphens (not at its ends), at most 63: '",
    "eu-de-, ', digits and hyphens (not at its ends), at most 63: '",
    "e123456789012345678901234567890123456789012345678901234567890123, at most 63: "
  })
  void whatCannotBeARegionIsRefusedAtOnce(String region, String problem) {
    Cloud cloud = Cloud.OPEN_TELEKOM_CLOUD;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.endpoint(JobsService.ECS, region))
        .withMessageContaining(problem)
        .withMessageNotContaining("\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.iamEndpoint(region))
        .withMessageContaining(problem);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().region(region, cloud))
        .withMessageContaining(problem);
  }

  @Test
  void aServiceWithoutAHostNameNeedsAnEndpoint() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cloud.HUAWEI_CLOUD.endpoint(WITHOUT_HOST, "cn-north-4"))
        .withMessageStartingWith("own has no host name")
        .withMessageContaining("use endpoint(..)");
    try (JobsClient ecs = inGermany(Map.of()).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ecs.with(WITHOUT_HOST))
          .withMessageContaining("use endpoint(..)");
      assertThatNullPointerException().isThrownBy(() -> ecs.with(null)).withMessage("service");
    }
    assertThatNullPointerException()
        .isThrownBy(() -> client().region("eu-de", null))
        .withMessage("cloud");
  }

  @Test
  void aClientHasEitherAnEndpointOrARegion() {
    try (JobsClient ecs = client().endpoint("https://ecs.eu-de.otc.t-systems.com").build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> ecs.with(JobsService.IMS))
          .withMessageContaining("built with endpoint(..)")
          .withMessageContaining("use with(service, endpoint)");
    }
    assertThatIllegalStateException()
        .isThrownBy(inGermany(Map.of()).endpoint("https://ecs.example.com")::build)
        .withMessageContaining("both endpoint(..) and region(..)");
  }

  // Clients by region

  @Test
  void otherServicesAreFoundInTheSameRegion() {
    JobsClient.Builder last =
        client().region("eu-west-0", Cloud.FLEXIBLE_ENGINE).region("eu-de", Cloud.HUAWEI_CLOUD);
    try (JobsClient ecs = last.region("eu-de", Cloud.OPEN_TELEKOM_CLOUD).build();
        JobsClient elb = ecs.with(JobsService.ELB_V1);
        JobsClient cbr = elb.with(CBR);
        JobsClient elsewhere = ecs.with(JobsService.ELB_V1, "https://elb.example.com");
        JobsClient ims = elsewhere.with(JobsService.IMS)) {
      assertThat(ecs).asString().endsWith(" at https://ecs.eu-de.otc.t-systems.com/]");
      assertThat(urlOf(elb)).isEqualTo("https://elb.eu-de.otc.t-systems.com/v1.0/p/jobs/j");
      assertThat(urlOf(cbr)).isEqualTo("https://cbr-x.eu-de.otc.t-systems.com/v3/j");
      assertThat(urlOf(elsewhere)).isEqualTo("https://elb.example.com/v1.0/p/jobs/j");
      assertThat(urlOf(ims)).isEqualTo("https://ims.eu-de.otc.t-systems.com/v1/p/jobs/j");
    }
  }

  @ParameterizedTest
  @CsvSource({
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
    try (JobsClient ecs = inGermany(Map.of(ECS_IN_GERMANY, value)).build()) {
      assertThat(urlOf(ecs)).isEqualTo(start + "v1/p/jobs/j");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1, use https",
    "ftp://a.example, an https URL",
    "user:hushhush@a.example, user info",
    "a b.example, an https URL",
    "',https://a.example', be given"
  })
  void anOverrideIsCheckedLikeAnyEndpointAndNamed(String value, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(inGermany(Map.of(ECS_IN_GERMANY, value))::build)
        .withMessageStartingWith(ECS_IN_GERMANY + ": endpoint must ")
        .withMessageContaining(problem)
        .withMessageNotContaining("hushhush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECS", "IMS"})
  void anOverrideMayBePlaintextWhereThatIsAllowed(String service) {
    Map<String, String> environment =
        Map.of("HUAWEICLOUD_SDK_REGION_" + service + "_EU_DE", "http://10.0.0.1");
    try (JobsClient ecs = inGermany(environment).allowPlaintext().build();
        JobsClient client = ecs.with(service(service))) {
      assertThat(urlOf(client)).startsWith("http://10.0.0.1/");
    }
  }
}
