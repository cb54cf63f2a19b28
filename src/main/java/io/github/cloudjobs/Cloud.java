package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;

/**
 * A cloud, with the host names of its services in each region. Immutable. No name is looked up. A
 * region that is not listed follows the cloud's pattern; a well-formed host name does not mean that
 * the region offers the service. The source of each pattern is listed on the project's page {@code
 * endpoints.md}.
 */
public final class Cloud {
  private static final String IAM = "iam";
  private static final Pattern EUROPEAN_SITE = Pattern.compile("eu-west-1\\d\\d");

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
          """
          ae-ad-1 af-north-1 af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3
          ap-southeast-4 ap-southeast-5 cn-east-2 cn-east-3 cn-east-4 cn-east-5 cn-north-1
          cn-north-2 cn-north-4 cn-north-9 cn-north-11 cn-north-12 cn-south-1 cn-south-2
          cn-south-4 cn-southwest-2 cn-southwest-3 eu-west-0 la-north-2 la-south-2
          me-east-1 my-kualalumpur-1 na-mexico-1 ru-moscow-1 ru-northwest-2 sa-brazil-1
          tr-west-1
          """,
          (service, region) -> {
            if (service.equals(IAM) && WITHOUT_IAM.contains(region)) {
              return "iam.myhuaweicloud.com";
            }
            String site = EUROPEAN_SITE.matcher(region).matches() ? "eu" : "com";
            return service + "." + region + ".myhuaweicloud." + site;
          });

  /**
   * Huawei Cloud's European site, with accounts of its own: {@code
   * {service}.{region}.myhuaweicloud.eu}. The hosts of BMS, SDRS and VBS follow the pattern but are
   * not documented.
   */
  public static final Cloud HUAWEI_CLOUD_EU =
      new Cloud(
          "Huawei Cloud Europe",
          "eu-west-101",
          (service, region) -> service + "." + region + ".myhuaweicloud.eu");

  /**
   * Open Telekom Cloud: {@code {service}.{region}.otc.t-systems.com}, and for the Swiss region
   * {@code {service}.eu-ch2.sc.otc.t-systems.com}, where IAM is {@code iam-pub}. BMS has no host of
   * its own and is reached through that of ECS.
   */
  public static final Cloud OPEN_TELEKOM_CLOUD =
      new Cloud(
          "Open Telekom Cloud",
          "eu-ch2 eu-de eu-nl",
          (service, region) -> {
            boolean swiss = region.equals("eu-ch2");
            String first = service.equals("bms") ? "ecs" : service;
            first = swiss && service.equals(IAM) ? "iam-pub" : first;
            return first + "." + region + (swiss ? ".sc" : "") + ".otc.t-systems.com";
          });

  /**
   * FlexibleEngine: {@code {service}.{region}.prod-cloud-ocb.orange-business.com}. The host of BMS
   * follows the pattern but is not documented.
   */
  public static final Cloud FLEXIBLE_ENGINE =
      new Cloud(
          "FlexibleEngine",
          "eu-west-0 eu-west-1 na-east-0",
          (service, region) -> service + "." + region + ".prod-cloud-ocb.orange-business.com");

  private final String name;
  private final List<String> regions;
  private final BinaryOperator<String> hosts; // of a service's host name and a region

  private Cloud(String name, String regions, BinaryOperator<String> hosts) {
    this.name = name;
    this.regions = List.of(regions.split("\\s+"));
    this.hosts = hosts;
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
   * @param region such as {@code eu-de}, in any case: letters, digits and hyphens
   * @throws IllegalArgumentException if the service has no host name, or the region is invalid
   */
  public String endpoint(JobsService service, String region) {
    return url(requireNonNull(service, "service").host().name(), region);
  }

  /**
   * Returns the endpoint of IAM, which issues tokens and temporary keys.
   *
   * @throws IllegalArgumentException if the region is invalid
   */
  public String iamEndpoint(String region) {
    return url(IAM, region);
  }

  private String url(String hostName, String region) {
    return "https://" + hosts.apply(hostName, Regions.checkLabel("region", region));
  }

  @Override
  public String toString() {
    return name;
  }
}
