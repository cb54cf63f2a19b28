package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;

/**
 * A cloud, with the host names of its services in each region. Immutable. No name is looked up;
 * overrides by environment variables are part of {@link JobsClient.Builder#region}.
 *
 * <p>A region that is not listed follows the cloud's pattern, so that a new region needs no new
 * release. A well-formed host name does not mean that the region offers the service. Where a
 * pattern is wrong, use {@link JobsClient.Builder#endpoint}. The source of each pattern is listed
 * on the project's page {@code endpoints.md}.
 */
public final class Cloud {
  private static final String HTTPS = "https://";
  private static final String IAM = "iam";

  /** The regions of the European site. */
  private static final Pattern EUROPEAN = Pattern.compile("eu-west-1\\d\\d");

  /** Regions without an IAM host of their own. */
  private static final Set<String> WITHOUT_IAM =
      Set.of(
          "af-north-1 ap-southeast-5 cn-north-11 cn-south-4 cn-southwest-3 ru-northwest-2"
              .split(" "));

  /**
   * Huawei Cloud, the international and the Chinese site: {@code
   * {service}.{region}.myhuaweicloud.com}. A region {@code eu-west-1xx} belongs to {@link
   * #HUAWEI_CLOUD_EU} and is found there. {@link #iamEndpoint} returns the global {@code
   * iam.myhuaweicloud.com} for the few regions without an IAM host of their own.
   */
  public static final Cloud HUAWEI_CLOUD =
      new Cloud(
          "Huawei Cloud",
          Cloud::huaweiCloud,
          """
          ae-ad-1 af-north-1 af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3
          ap-southeast-4 ap-southeast-5 cn-east-2 cn-east-3 cn-east-4 cn-east-5 cn-north-1
          cn-north-2 cn-north-4 cn-north-9 cn-north-11 cn-north-12 cn-south-1 cn-south-2
          cn-south-4 cn-southwest-2 cn-southwest-3 eu-west-0 la-north-2 la-south-2
          me-east-1 my-kualalumpur-1 na-mexico-1 ru-moscow-1 ru-northwest-2 sa-brazil-1
          tr-west-1
          """);

  /**
   * Huawei Cloud's European site, with accounts of its own: {@code
   * {service}.{region}.myhuaweicloud.eu}. The hosts of BMS, SDRS and VBS follow the pattern but are
   * not documented.
   */
  public static final Cloud HUAWEI_CLOUD_EU =
      new Cloud("Huawei Cloud Europe", Cloud::huaweiCloudEurope, "eu-west-101");

  /**
   * Open Telekom Cloud: {@code {service}.{region}.otc.t-systems.com}, and for the Swiss region
   * {@code {service}.eu-ch2.sc.otc.t-systems.com}, where IAM is {@code iam-pub}. BMS has no host of
   * its own and is reached through that of ECS.
   */
  public static final Cloud OPEN_TELEKOM_CLOUD =
      new Cloud("Open Telekom Cloud", Cloud::openTelekomCloud, "eu-ch2 eu-de eu-nl");

  /**
   * FlexibleEngine: {@code {service}.{region}.prod-cloud-ocb.orange-business.com}. The host of BMS
   * follows the pattern but is not documented.
   */
  public static final Cloud FLEXIBLE_ENGINE =
      new Cloud("FlexibleEngine", Cloud::flexibleEngine, "eu-west-0 eu-west-1 na-east-0");

  private final String name;
  private final BinaryOperator<String> hosts; // of a service's host name and a region
  private final List<String> regions;

  private Cloud(String name, BinaryOperator<String> hosts, String regions) {
    this.name = name;
    this.hosts = hosts;
    this.regions = List.of(regions.split("\\s+"));
  }

  /** The display name, such as {@code Open Telekom Cloud}. */
  public String name() {
    return name;
  }

  /** The known regions; others are accepted too. Not every region offers every service. */
  public List<String> regions() {
    return regions;
  }

  /**
   * Returns the endpoint of a service, such as {@code https://ecs.eu-de.otc.t-systems.com}.
   *
   * @param service a service with a host name; not null
   * @param region such as {@code eu-de}, in any case: letters, digits and hyphens
   * @throws IllegalArgumentException if the service has no host name, or the region is not a valid
   *     name
   */
  public String endpoint(JobsService service, String region) {
    String hostName = requireNonNull(service, "service").host().name();
    return HTTPS + hosts.apply(hostName, Regions.checkLabel("region", region));
  }

  /**
   * Returns the endpoint of IAM, which issues tokens and temporary keys, such as {@code
   * https://iam.eu-de.otc.t-systems.com}.
   *
   * @param region such as {@code eu-de}, in any case: letters, digits and hyphens
   * @throws IllegalArgumentException if the region is not a valid name
   */
  public String iamEndpoint(String region) {
    return HTTPS + hosts.apply(IAM, Regions.checkLabel("region", region));
  }

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
