package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.Endpoint.PlainHttp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudTest {
  static final List<Cloud> CLOUDS =
      List.of(
          Cloud.HUAWEI_CLOUD,
          Cloud.HUAWEI_CLOUD_EU,
          Cloud.OPEN_TELEKOM_CLOUD,
          Cloud.FLEXIBLE_ENGINE);

  private static final Map<String, JobsService> SERVICES =
      Map.of(
          "ECS", JobsService.ECS,
          "IMS", JobsService.IMS,
          "IMS_PROGRESS", JobsService.IMS_PROGRESS,
          "ELB_V1", JobsService.ELB_V1,
          "EVS", JobsService.EVS,
          "BMS", JobsService.BMS,
          "EIP", JobsService.EIP,
          "SDRS", JobsService.SDRS,
          "VBS", JobsService.VBS);

  @ParameterizedTest
  @CsvSource({
    "ECS, ecs",
    "IMS, ims",
    "IMS_PROGRESS, ims",
    "ELB_V1, elb",
    "EVS, evs",
    "BMS, bms",
    "EIP, vpc",
    "SDRS, sdrs",
    "VBS, vbs"
  })
  void aServiceIsFoundByItsHostName(String service, String hostName) {
    JobsService asked = SERVICES.get(service);
    assertThat(Cloud.HUAWEI_CLOUD.endpoint(asked, "cn-north-4"))
        .isEqualTo("https://" + hostName + ".cn-north-4.myhuaweicloud.com");
    assertThat(Cloud.HUAWEI_CLOUD_EU.endpoint(asked, "eu-west-101"))
        .isEqualTo("https://" + hostName + ".eu-west-101.myhuaweicloud.eu");
    assertThat(Cloud.FLEXIBLE_ENGINE.endpoint(asked, "eu-west-0"))
        .isEqualTo("https://" + hostName + ".eu-west-0.prod-cloud-ocb.orange-business.com");
  }

  @ParameterizedTest
  @CsvSource({
    "ECS, eu-de, https://ecs.eu-de.otc.t-systems.com",
    "IMS, eu-de, https://ims.eu-de.otc.t-systems.com",
    "IMS_PROGRESS, eu-de, https://ims.eu-de.otc.t-systems.com",
    "ELB_V1, eu-nl, https://elb.eu-nl.otc.t-systems.com",
    "EVS, eu-nl, https://evs.eu-nl.otc.t-systems.com",
    "BMS, eu-de, https://ecs.eu-de.otc.t-systems.com", // it has no host of its own
    "EIP, eu-nl, https://vpc.eu-nl.otc.t-systems.com",
    "SDRS, eu-de, https://sdrs.eu-de.otc.t-systems.com",
    "VBS, eu-de, https://vbs.eu-de.otc.t-systems.com",
    "ECS, eu-ch2, https://ecs.eu-ch2.sc.otc.t-systems.com",
    "ELB_V1, eu-ch2, https://elb.eu-ch2.sc.otc.t-systems.com",
    "SDRS, eu-ch2, https://sdrs.eu-ch2.sc.otc.t-systems.com",
    "EIP, EU-CH2, https://vpc.eu-ch2.sc.otc.t-systems.com"
  })
  void openTelekomCloudHasOtherHostsInSwitzerlandAndNoneForBareMetal(
      String service, String region, String endpoint) {
    assertThat(Cloud.OPEN_TELEKOM_CLOUD.endpoint(SERVICES.get(service), region))
        .isEqualTo(endpoint);
  }

  @Test
  void theEuropeanRegionsOfHuaweiCloudAreFoundOnTheEuropeanSiteByEitherName() {
    for (Cloud cloud : List.of(Cloud.HUAWEI_CLOUD, Cloud.HUAWEI_CLOUD_EU)) {
      assertThat(cloud.endpoint(JobsService.ECS, "eu-west-101"))
          .isEqualTo("https://ecs.eu-west-101.myhuaweicloud.eu");
      assertThat(cloud.iamEndpoint("EU-West-199"))
          .isEqualTo("https://iam.eu-west-199.myhuaweicloud.eu");
    }
    for (String other : List.of("eu-west-0", "eu-west-1", "eu-west-200", "eu-west-1010")) {
      assertThat(Cloud.HUAWEI_CLOUD.endpoint(JobsService.ECS, other))
          .isEqualTo("https://ecs." + other + ".myhuaweicloud.com");
    }
  }

  @Test
  void tokensComeFromTheRegionsIamOrFromTheGlobalOneWhereItHasNone() {
    assertThat(Cloud.HUAWEI_CLOUD.iamEndpoint("cn-north-4"))
        .isEqualTo("https://iam.cn-north-4.myhuaweicloud.com");
    assertThat(Cloud.HUAWEI_CLOUD.iamEndpoint("cn-south-4"))
        .isEqualTo("https://iam.myhuaweicloud.com");
    assertThat(Cloud.HUAWEI_CLOUD.endpoint(JobsService.ECS, "cn-south-4"))
        .isEqualTo("https://ecs.cn-south-4.myhuaweicloud.com");
    assertThat(Cloud.OPEN_TELEKOM_CLOUD.iamEndpoint("eu-nl"))
        .isEqualTo("https://iam.eu-nl.otc.t-systems.com");
    assertThat(Cloud.OPEN_TELEKOM_CLOUD.iamEndpoint("eu-ch2"))
        .isEqualTo("https://iam-pub.eu-ch2.sc.otc.t-systems.com");
    assertThat(Cloud.FLEXIBLE_ENGINE.iamEndpoint("na-east-0"))
        .isEqualTo("https://iam.na-east-0.prod-cloud-ocb.orange-business.com");
  }

  @Test
  void aRegionNobodyListsIsTakenByThePattern() {
    assertThat(Cloud.HUAWEI_CLOUD.regions()).doesNotContain("xx-new-7");
    assertThat(Cloud.HUAWEI_CLOUD.endpoint(JobsService.ECS, "xx-new-7"))
        .isEqualTo("https://ecs.xx-new-7.myhuaweicloud.com");
    assertThat(Cloud.OPEN_TELEKOM_CLOUD.endpoint(JobsService.ECS, "eu-fr"))
        .isEqualTo("https://ecs.eu-fr.otc.t-systems.com");
    assertThat(Cloud.FLEXIBLE_ENGINE.iamEndpoint("as-south-0"))
        .isEqualTo("https://iam.as-south-0.prod-cloud-ocb.orange-business.com");
  }

  @ParameterizedTest
  @FieldSource("CLOUDS")
  void everyListedRegionHasAnEndpointForEveryService(Cloud cloud) {
    assertThat(cloud.regions()).isNotEmpty().doesNotHaveDuplicates().isUnmodifiable();
    for (String region : cloud.regions()) {
      for (JobsService service : SERVICES.values()) {
        assertThat(
                Endpoint.parse(
                        cloud.endpoint(service, region), PlainHttp.REFUSED, service.pathTemplate())
                    .url()
                    .host())
            .contains("." + region + ".");
      }
      assertThat(
              Endpoint.parse(
                      cloud.iamEndpoint(region), PlainHttp.REFUSED, JobsService.ECS.pathTemplate())
                  .url()
                  .host())
          .startsWith("iam");
    }
  }

  @Test
  void anotherServiceIsFoundByTheHostNameItWasGiven() {
    JobsService own = JobsService.of("own", "/v3/tasks/{job_id}", "cbr");
    assertThat(Cloud.OPEN_TELEKOM_CLOUD.endpoint(own, "eu-de"))
        .isEqualTo("https://cbr.eu-de.otc.t-systems.com");
  }

  @Test
  void aServiceWithoutAHostNameIsToldToUseAnEndpoint() {
    JobsService own = JobsService.of("own", "/v3/tasks/{job_id}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cloud.HUAWEI_CLOUD.endpoint(own, "cn-north-4"))
        .withMessageStartingWith("own has no host name")
        .withMessageContaining("use endpoint(..)");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void refusesNoRegionAtAll(String region) {
    assertRefused(region, "region must not be null or blank");
  }

  @ParameterizedTest
  @CsvSource({
    "eu-de_project, hold only letters a to z",
    "eu.de, hold only letters",
    "eu-de/, hold only letters",
    "eu-de:8443, hold only letters",
    "a@b, hold only letters",
    "eu de, hold only letters",
    "' eu-de', hold only letters",
    "eü-de, hold only letters",
    "٣, hold only letters",
    "-eu-de, hold only letters",
    "eu-de-, hold only letters"
  })
  void refusesWhatCannotBeARegionAndSaysWhy(String region, String why) {
    assertRefused(region, "region must " + why);
  }

  @Test
  void refusesARegionThatIsTooLongOrNotOnOneLine() {
    assertRefused(
        "e".repeat(64),
        "region must hold only letters a to z, digits and hyphens (not at its ends), at most 63:"
            + " e");
    assertThat(Cloud.HUAWEI_CLOUD.iamEndpoint("e".repeat(63))).contains("e".repeat(63));
    assertRefused("eu-de\r\nHost: x", "region must hold only letters");
    assertRefused(
        "eu-de ",
        "region must hold only letters a to z, digits and hyphens (not at its ends), at most 63:"
            + " eu-de; it holds U+0020 (space) at index 5");
    assertRefused(
        "eu\u200bde",
        "region must hold only letters a to z, digits and hyphens (not at its ends), at most 63:"
            + " eu?de; it holds U+200B (zero width space) at index 2");
  }

  private static void assertRefused(String region, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cloud.OPEN_TELEKOM_CLOUD.endpoint(JobsService.ECS, region))
        .withMessageStartingWith(message)
        .withMessageNotContaining("\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cloud.OPEN_TELEKOM_CLOUD.iamEndpoint(region))
        .withMessageStartingWith(message);
  }

  @Test
  void refusesNoServiceAtAll() {
    assertThatNullPointerException()
        .isThrownBy(() -> Cloud.HUAWEI_CLOUD.endpoint(null, "cn-north-4"))
        .withMessage("service");
  }

  @Test
  void isPrintedAsItsName() {
    assertThat(Cloud.OPEN_TELEKOM_CLOUD).hasToString("Open Telekom Cloud");
    assertThat(CLOUDS).extracting(Cloud::name).doesNotHaveDuplicates();
  }
}
