package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;

/**
 * A cloud: where its services are found in each of its regions. Immutable, and pure: nothing is
 * looked up, and overrides in the environment are {@link JobsClient.Builder#region}'s.
 *
 * <p>A region that is not listed is taken by the cloud's pattern, so that a new one needs no new
 * release. That a host is well-formed does not say that the region offers the service. Where a
 * pattern is wrong, {@link JobsClient.Builder#endpoint} has the last word.
 */
public final class Cloud {
  private static final String HTTPS = "https://";
  private static final String IAM = "iam";

  /** As the vendor's Terraform provider tells the European site from the others. */
  private static final Pattern EUROPEAN = Pattern.compile("eu-west-1\\d\\d");

  /** Those for which the vendor's Java SDK knows no IAM of their own. */
  private static final Set<String> WITHOUT_IAM =
      Set.of(
          "af-north-1",
          "ap-southeast-5",
          "cn-north-11",
          "cn-south-4",
          "cn-southwest-3",
          "ru-northwest-2");

  /**
   * Huawei Cloud, the international and the Chinese site: {@code
   * {service}.{region}.myhuaweicloud.com} on both. A region {@code eu-west-1xx} belongs to the
   * European site and is taken for one of {@link #HUAWEI_CLOUD_EU}, as the vendor's Terraform
   * provider does.
   *
   * <p>Proven by the regions in the vendor's Java SDK (ECS, IMS, ELB, EVS, BMS, EIP at {@code vpc},
   * SDRS), by its Terraform provider (VBS), and by the list of IAM's endpoints. IAM is also global:
   * {@code iam.myhuaweicloud.com} serves every region, and it is what {@link #iamEndpoint} answers
   * for the few that have none of their own.
   *
   * @see <a
   *     href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3/blob/master/services/ecs/src/main/java/com/huaweicloud/sdk/ecs/v2/region/EcsRegion.java">EcsRegion,
   *     and its like for each service</a>
   * @see <a
   *     href="https://github.com/huaweicloud/terraform-provider-huaweicloud/blob/master/huaweicloud/config/endpoints.go">the
   *     Terraform provider's catalogue</a>
   * @see <a href="https://support.huaweicloud.com/intl/en-us/api-eip/eip_api01_0003.html">EIP
   *     Endpoints</a>
   * @see <a href="https://support.huaweicloud.com/intl/en-us/usermanual-sdrs/sdrs_ad_0003.html">
   *     SDRS endpoints</a>
   * @see <a href="https://support.huaweicloud.com/en-us/api-iam/iam_01_0004.html">IAM Endpoints</a>
   */
  public static final Cloud HUAWEI_CLOUD =
      new Cloud(
          "Huawei Cloud",
          Cloud::huaweiCloud,
          "ae-ad-1",
          "af-north-1",
          "af-south-1",
          "ap-southeast-1",
          "ap-southeast-2",
          "ap-southeast-3",
          "ap-southeast-4",
          "ap-southeast-5",
          "cn-east-2",
          "cn-east-3",
          "cn-east-4",
          "cn-east-5",
          "cn-north-1",
          "cn-north-2",
          "cn-north-4",
          "cn-north-9",
          "cn-north-11",
          "cn-north-12",
          "cn-south-1",
          "cn-south-2",
          "cn-south-4",
          "cn-southwest-2",
          "cn-southwest-3",
          "eu-west-0",
          "la-north-2",
          "la-south-2",
          "me-east-1",
          "my-kualalumpur-1",
          "na-mexico-1",
          "ru-moscow-1",
          "ru-northwest-2",
          "sa-brazil-1",
          "tr-west-1");

  /**
   * Huawei Cloud's European site, with accounts of its own: {@code
   * {service}.{region}.myhuaweicloud.eu}.
   *
   * <p>The vendor's Terraform provider finds every service of {@code eu-west-1xx} this way, the
   * region's own catalogue names ECS, and the vendor's Java SDK names IAM. Its SDKs named ECS, IMS,
   * ELB and EIP (at {@code vpc}) so as well, and by now name {@code .com} for all but IAM. For BMS,
   * SDRS and VBS nothing was found that names a host there: the pattern is a guess.
   *
   * @see <a
   *     href="https://github.com/huaweicloud/terraform-provider-huaweicloud/pull/2239">Terraform
   *     provider: support new region in Europe</a>
   * @see <a href="https://github.com/huaweicloud/packer-plugin-huaweicloud/issues/110">Packer
   *     plugin: an answer of the catalogue</a>
   * @see <a
   *     href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3/blob/master/services/iam/src/main/java/com/huaweicloud/sdk/iam/v3/region/IamRegion.java">IamRegion</a>
   * @see <a
   *     href="https://github.com/huaweicloud/huaweicloud-sdk-python-v3/blob/005c9666deda1114284ca582082a6512217e78ef/huaweicloud-sdk-ecs/huaweicloudsdkecs/v2/region/ecs_region.py">ecs_region.py
   *     as it was, and its like for each service</a>
   */
  public static final Cloud HUAWEI_CLOUD_EU =
      new Cloud("Huawei Cloud Europe", Cloud::huaweiCloudEurope, "eu-west-101");

  /**
   * Open Telekom Cloud, and its Swiss sister: {@code {service}.{region}.otc.t-systems.com}, and for
   * eu-ch2 {@code {service}.eu-ch2.sc.otc.t-systems.com}, where IAM is at {@code iam-pub}. BMS has
   * no host of its own and is asked at that of ECS.
   *
   * <p>Documented are ECS, IMS, ELB, EVS, VPC and IAM in all three regions, SDRS in eu-de and
   * eu-ch2, BMS and VBS in eu-de. The rest follows the pattern, and is likely not offered.
   *
   * @see <a href="https://docs.otc.t-systems.com/regions-and-endpoints/index.html">Regions and
   *     Endpoints</a>
   * @see <a
   *     href="https://github.com/opentelekomcloud-docs-swiss/regions-and-endpoints/blob/63e24f32dc270191704a2a243d70e43cbbf33d1b/doc/source/index.rst">Regions
   *     and Endpoints, Swiss</a>
   * @see <a
   *     href="https://docs.otc.t-systems.com/bare-metal-server/api-ref/native_openstack_nova_v2.1_apis/api_instructions_openstack_nova_apis.html">BMS:
   *     API Instructions</a>
   */
  public static final Cloud OPEN_TELEKOM_CLOUD =
      new Cloud("Open Telekom Cloud", Cloud::openTelekomCloud, "eu-ch2", "eu-de", "eu-nl");

  /**
   * FlexibleEngine: {@code {service}.{region}.prod-cloud-ocb.orange-business.com}.
   *
   * <p>Proven for eu-west-0 by the tests of the Terraform provider, which ran against the cloud:
   * ECS, IMS, ELB, EVS, VPC, SDRS, VBS; IAM by its own page, for all three regions. For BMS it is a
   * guess: its documents demand BMS's own endpoint, and no page was found that prints it.
   *
   * @see <a
   *     href="https://github.com/FlexibleEngineCloud/terraform-provider-flexibleengine/blob/03a1f8b91c95799709a01a4e9214feffe387b325/flexibleengine/config_test.go">the
   *     Terraform provider's tests of endpoints</a>
   * @see <a href="https://support.huaweicloud.com/intl/zh-cn/eu-west-0-api-iam/iam_01_0004.html">
   *     IAM Endpoints</a>
   * @see <a
   *     href="https://support.huaweicloud.com/intl/en-us/eu-west-0-api-bms/en-us_topic_0131668048.html">BMS:
   *     API Use Instructions</a>
   */
  public static final Cloud FLEXIBLE_ENGINE =
      new Cloud("FlexibleEngine", Cloud::flexibleEngine, "eu-west-0", "eu-west-1", "na-east-0");

  private final String name;
  private final BinaryOperator<String> hosts; // of a service's host name and a region
  private final List<String> regions;

  private Cloud(String name, BinaryOperator<String> hosts, String... regions) {
    this.name = name;
    this.hosts = hosts;
    this.regions = List.of(regions);
  }

  /** The name, for people. */
  public String name() {
    return name;
  }

  /**
   * The regions that are known, for people to choose from; others are accepted too. Not each of
   * them offers every service.
   */
  public List<String> regions() {
    return regions;
  }

  /**
   * Returns where a service is found, such as {@code https://ecs.eu-de.otc.t-systems.com}.
   *
   * @param service one that has a host name; not null
   * @param region such as {@code eu-de}, in any case: letters, digits and hyphens
   * @throws IllegalArgumentException if the service has no host name, or the region cannot be one
   */
  public String endpoint(JobsService service, String region) {
    String hostName = requireNonNull(service, "service").host().name();
    return HTTPS + hosts.apply(hostName, HostLabel.check("region", region));
  }

  /**
   * Returns where tokens and temporary keys come from, such as {@code
   * https://iam.eu-de.otc.t-systems.com}.
   *
   * @param region such as {@code eu-de}, in any case: letters, digits and hyphens
   * @throws IllegalArgumentException if the region cannot be one
   */
  public String iamEndpoint(String region) {
    return HTTPS + hosts.apply(IAM, HostLabel.check("region", region));
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }

  private static String huaweiCloud(String hostName, String region) {
    if (EUROPEAN.matcher(region).matches()) {
      return huaweiCloudEurope(hostName, region);
    }
    String domain = "myhuaweicloud.com";
    boolean global = hostName.equals(IAM) && WITHOUT_IAM.contains(region);
    return global ? hostName + "." + domain : hostName + "." + region + "." + domain;
  }

  private static String huaweiCloudEurope(String hostName, String region) {
    return hostName + "." + region + ".myhuaweicloud.eu";
  }

  private static String openTelekomCloud(String hostName, String region) {
    String own = hostName.equals("bms") ? "ecs" : hostName;
    if (region.equals("eu-ch2")) {
      return (own.equals(IAM) ? "iam-pub" : own) + "." + region + ".sc.otc.t-systems.com";
    }
    return own + "." + region + ".otc.t-systems.com";
  }

  private static String flexibleEngine(String hostName, String region) {
    return hostName + "." + region + ".prod-cloud-ocb.orange-business.com";
  }
}
