package io.github.cloudjobs;

import io.github.cloudjobs.http.PathTemplate;
import org.jspecify.annotations.Nullable;

/**
 * A service that runs jobs: its name, the path under which it is asked for one, and the name that
 * its hosts begin with. Immutable; equal if name and path are equal, wherever it is found.
 */
public final class JobsService {
  /**
   * Elastic Cloud Server.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/elastic-cloud-server/api-ref/apis_recommended/job_status_management/querying_job_execution_status.html">Querying
   *     task execution status</a>
   */
  public static final JobsService ECS = of("ECS", "/v1/{project_id}/jobs/{job_id}", "ecs");

  /**
   * Image Management Service.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/image-management-service/api-ref/ims_apis/image_jobs/querying_the_status_of_an_asynchronous_job.html">Asynchronous
   *     job query</a>
   */
  public static final JobsService IMS = of("IMS", "/v1/{project_id}/jobs/{job_id}", "ims");

  /**
   * Elastic Load Balance, classic. Its submit answers name a {@code uri} under {@code /v1/}, which
   * is not where the job is found.
   *
   * @see <a
   *     href="https://support.huaweicloud.com/intl/en-us/api-elb/elb_zq_jb_0001.html">Asynchronous
   *     job query (discarded)</a>
   */
  public static final JobsService ELB_V1 = of("ELB_V1", "/v1.0/{project_id}/jobs/{job_id}", "elb");

  /**
   * Elastic Volume Service. The job is under {@code /v1/} although disks are under {@code /v2/} and
   * later.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/elastic-volume-service/api-ref/apis_recommended/task_management/querying_task_status.html">Querying
   *     task status</a>
   */
  public static final JobsService EVS = of("EVS", "/v1/{project_id}/jobs/{job_id}", "evs");

  /**
   * Bare Metal Server.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/bare-metal-server/api-ref/bms_apis/task_management/querying_task_statuses.html">Querying
   *     task statuses</a>
   */
  public static final JobsService BMS = of("BMS", "/v1/{project_id}/jobs/{job_id}", "bms");

  /**
   * Elastic IP; its endpoint is that of the Virtual Private Cloud.
   *
   * @see <a
   *     href="https://huaweicloud.com/zhishi/apiedoc-showresourcesjobdetail.html">ShowResourcesJobDetail</a>
   */
  public static final JobsService EIP =
      new JobsService(
          "EIP", new PathTemplate("/v1/{project_id}/jobs/{job_id}"), new Host("vpc", "EIP"));

  /**
   * Storage Disaster Recovery Service.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/storage-disaster-recovery-service/api-ref/sdrs_apis/job/querying_the_job_status.html">Querying
   *     the job status</a>
   */
  public static final JobsService SDRS = of("SDRS", "/v1/{project_id}/jobs/{job_id}", "sdrs");

  /**
   * Volume Backup Service.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_the_job_status.html">Querying
   *     the job status</a>
   */
  public static final JobsService VBS = of("VBS", "/v1/{project_id}/jobs/{job_id}", "vbs");

  /**
   * Image Management Service, asked for a job's progress: it answers with the same job, and how far
   * it is. Its path names no project; a project id is asked for and checked all the same, and is
   * not sent.
   *
   * @see <a href="https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0911.html">Querying the
   *     progress of an asynchronous job</a>
   */
  public static final JobsService IMS_PROGRESS =
      of("IMS_PROGRESS", "/v1/cloudimages/job/{job_id}", "ims");

  private final String name;
  private final PathTemplate template;
  private final @Nullable Host host; // null if it is asked by endpoint only

  private JobsService(String name, PathTemplate template, @Nullable Host host) {
    this.name = name;
    this.template = template;
    this.host = host;
  }

  /**
   * Describes any other service that answers with the same kind of job. It has no host name, so it
   * is asked by endpoint, never by region.
   *
   * @param name for people; not blank
   * @param pathTemplate holds {@code {job_id}} once and {@code {project_id}} at most once, such as
   *     {@code /v1/{project_id}/jobs/{job_id}}
   * @throws IllegalArgumentException that says what is wrong with either
   */
  public static JobsService of(String name, String pathTemplate) {
    return new JobsService(checked(name), new PathTemplate(pathTemplate), null);
  }

  /**
   * Describes any other service that answers with the same kind of job, so that it can be asked by
   * region too.
   *
   * @param name for people; not blank
   * @param pathTemplate as for {@link #of(String, String)}
   * @param hostName with which the service's hosts begin, such as {@code cbr} of {@code
   *     cbr.eu-de.otc.t-systems.com}: letters, digits and hyphens. In upper case, with {@code _}
   *     for each hyphen, it is also the service in {@code
   *     HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>}
   * @throws IllegalArgumentException that says what is wrong with any of them
   */
  public static JobsService of(String name, String pathTemplate, String hostName) {
    String label = Regions.checkLabel("hostName", hostName);
    return new JobsService(
        checked(name), new PathTemplate(pathTemplate), new Host(label, Regions.variable(label)));
  }

  private static String checked(@Nullable String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("name must not be null or blank");
    }
    return name;
  }

  public String name() {
    return name;
  }

  public String pathTemplate() {
    return template.text();
  }

  PathTemplate template() {
    return template;
  }

  /**
   * Returns what its hosts begin with.
   *
   * @throws IllegalArgumentException if it has no host name
   */
  Host host() {
    if (host == null) {
      throw new IllegalArgumentException(
          name
              + " has no host name to be found by in a region: use endpoint(..), or"
              + " JobsService.of(name, pathTemplate, hostName)");
    }
    return host;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobsService that
        && name.equals(that.name)
        && template.equals(that.template);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + template.hashCode();
  }

  /** The name and the path, such as {@code ECS /v1/{project_id}/jobs/{job_id}}. */
  @Override
  public String toString() {
    return name + " " + template.text();
  }

  /**
   * What a service is called where its name alone does not do.
   *
   * @param name what its hosts begin with
   * @param variable the service in {@code HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>}; the vendor's
   *     SDK has an EIP beside the VPC whose hosts it shares
   */
  record Host(String name, String variable) {}
}
