package io.github.cloudjobs;

import io.github.cloudjobs.http.PathTemplate;
import org.jspecify.annotations.Nullable;

/**
 * A service that runs jobs: its name, the path of its jobs, and the first label of its host names.
 * Immutable; equal if name and path are equal. The documentation of each path is listed on the
 * project's page {@code endpoints.md}.
 */
public final class JobsService {
  /** Elastic Cloud Server. */
  public static final JobsService ECS = of("ECS", "/v1/{project_id}/jobs/{job_id}", "ecs");

  /** Image Management Service. */
  public static final JobsService IMS = of("IMS", "/v1/{project_id}/jobs/{job_id}", "ims");

  /**
   * Elastic Load Balance, classic. The {@code uri} under {@code /v1/} in its submit responses does
   * not return the job.
   */
  public static final JobsService ELB_V1 = of("ELB_V1", "/v1.0/{project_id}/jobs/{job_id}", "elb");

  /**
   * Elastic Volume Service. Jobs are under {@code /v1/}, whatever the version of the disks' API.
   */
  public static final JobsService EVS = of("EVS", "/v1/{project_id}/jobs/{job_id}", "evs");

  /** Bare Metal Server. */
  public static final JobsService BMS = of("BMS", "/v1/{project_id}/jobs/{job_id}", "bms");

  /** Elastic IP; its endpoint is that of the Virtual Private Cloud. */
  public static final JobsService EIP =
      new JobsService("EIP", "/v1/{project_id}/jobs/{job_id}", new Host("vpc", "EIP"));

  /** Storage Disaster Recovery Service. */
  public static final JobsService SDRS = of("SDRS", "/v1/{project_id}/jobs/{job_id}", "sdrs");

  /** Volume Backup Service. */
  public static final JobsService VBS = of("VBS", "/v1/{project_id}/jobs/{job_id}", "vbs");

  /**
   * Image Management Service, with the {@link io.github.cloudjobs.model.JobReport#progress()
   * progress} of a job. The path has no project id; one is required all the same, and not sent.
   */
  public static final JobsService IMS_PROGRESS =
      of("IMS_PROGRESS", "/v1/cloudimages/job/{job_id}", "ims");

  private final String name;
  private final PathTemplate template;
  private final @Nullable Host host; // null if it has an endpoint only

  private JobsService(String name, String pathTemplate, @Nullable Host host) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("name must not be null or blank");
    }
    this.name = name;
    this.template = new PathTemplate(pathTemplate);
    this.host = host;
  }

  /**
   * Returns any other service that reports jobs in the same form. It has no host name, so its
   * clients need an endpoint instead of a region.
   *
   * @param name for people; not blank
   * @param pathTemplate holds {@code {job_id}} once and {@code {project_id}} at most once, such as
   *     {@code /v1/{project_id}/jobs/{job_id}}
   * @throws IllegalArgumentException if either is invalid; the message says why
   */
  public static JobsService of(String name, String pathTemplate) {
    return new JobsService(name, pathTemplate, null);
  }

  /**
   * Like {@link #of(String, String)}, for clients with a region too.
   *
   * @param hostName the first label of the service's hosts, such as {@code cbr} of {@code
   *     cbr.eu-de.otc.t-systems.com}: letters, digits and hyphens. In upper case, with {@code _}
   *     for each hyphen, it is also the service in {@code
   *     HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>}
   */
  public static JobsService of(String name, String pathTemplate, String hostName) {
    String label = Regions.checkLabel("hostName", hostName);
    return new JobsService(name, pathTemplate, new Host(label, Regions.variable(label)));
  }

  /** The name, such as {@code ECS}, in events, metrics and tokens. */
  public String name() {
    return name;
  }

  /** The path of a job, such as {@code /v1/{project_id}/jobs/{job_id}}. */
  public String pathTemplate() {
    return template.text();
  }

  PathTemplate template() {
    return template;
  }

  /**
   * Returns the service in host names.
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
   * The service in host names and in environment variables; the vendor's SDK has an EIP beside the
   * VPC whose hosts it shares.
   */
  record Host(String name, String variable) {}
}
