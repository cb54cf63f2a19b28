package io.github.cloudjobs;

import io.github.cloudjobs.http.PathTemplate;
import org.jspecify.annotations.Nullable;

/**
 * A service that runs jobs: its name, and the path under which it is asked for one. Immutable;
 * equal if both are equal.
 */
public final class JobsService {
  /**
   * Elastic Cloud Server.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/elastic-cloud-server/api-ref/apis_recommended/job_status_management/querying_job_execution_status.html">Querying
   *     task execution status</a>
   */
  public static final JobsService ECS = of("ECS", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Image Management Service.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/image-management-service/api-ref/ims_apis/image_jobs/querying_the_status_of_an_asynchronous_job.html">Asynchronous
   *     job query</a>
   */
  public static final JobsService IMS = of("IMS", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Elastic Load Balance, classic. Its submit answers name a {@code uri} under {@code /v1/}, which
   * is not where the job is found.
   *
   * @see <a
   *     href="https://support.huaweicloud.com/intl/en-us/api-elb/elb_zq_jb_0001.html">Asynchronous
   *     job query (discarded)</a>
   */
  public static final JobsService ELB_V1 = of("ELB_V1", "/v1.0/{project_id}/jobs/{job_id}");

  /**
   * Elastic Volume Service. The job is under {@code /v1/} although disks are under {@code /v2/} and
   * later.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/elastic-volume-service/api-ref/apis_recommended/task_management/querying_task_status.html">Querying
   *     task status</a>
   */
  public static final JobsService EVS = of("EVS", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Bare Metal Server.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/bare-metal-server/api-ref/bms_apis/task_management/querying_task_statuses.html">Querying
   *     task statuses</a>
   */
  public static final JobsService BMS = of("BMS", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Elastic IP; its endpoint is that of the Virtual Private Cloud.
   *
   * @see <a
   *     href="https://huaweicloud.com/zhishi/apiedoc-showresourcesjobdetail.html">ShowResourcesJobDetail</a>
   */
  public static final JobsService EIP = of("EIP", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Storage Disaster Recovery Service.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/storage-disaster-recovery-service/api-ref/sdrs_apis/job/querying_the_job_status.html">Querying
   *     the job status</a>
   */
  public static final JobsService SDRS = of("SDRS", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Volume Backup Service.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_the_job_status.html">Querying
   *     the job status</a>
   */
  public static final JobsService VBS = of("VBS", "/v1/{project_id}/jobs/{job_id}");

  /**
   * Image Management Service, asked for a job's progress: it answers with the same job, and how far
   * it is. Its path names no project; a project id is asked for and checked all the same, and is
   * not sent.
   *
   * @see <a href="https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0911.html">Querying the
   *     progress of an asynchronous job</a>
   */
  public static final JobsService IMS_PROGRESS = of("IMS_PROGRESS", "/v1/cloudimages/job/{job_id}");

  private final String name;
  private final PathTemplate template;

  private JobsService(String name, PathTemplate template) {
    this.name = name;
    this.template = template;
  }

  /**
   * Describes any other service that answers with the same kind of job.
   *
   * @param name for people; not blank
   * @param pathTemplate holds {@code {job_id}} once and {@code {project_id}} at most once, such as
   *     {@code /v1/{project_id}/jobs/{job_id}}
   * @throws IllegalArgumentException that says what is wrong with either
   */
  public static JobsService of(String name, String pathTemplate) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("name must not be null or blank");
    }
    return new JobsService(name, new PathTemplate(pathTemplate));
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
}
