package io.github.cloudjobs;

import io.github.cloudjobs.http.JobPoller;
import org.jspecify.annotations.Nullable;

/**
 * A service that runs jobs: its name, the path of its jobs, and the first label of its host names.
 * Immutable; equal if name and path are equal.
 */
public final class JobsService {
  private static final String PATH = "/v1/{project_id}/jobs/{job_id}";

  /** Elastic Cloud Server. */
  public static final JobsService ECS = new JobsService("ECS", PATH, "ecs", "ecs");

  /** Image Management Service. */
  public static final JobsService IMS = new JobsService("IMS", PATH, "ims", "ims");

  /** Classic Elastic Load Balance. It does not serve the {@code uri} of its submit responses. */
  public static final JobsService ELB_V1 =
      new JobsService("ELB_V1", "/v1.0/{project_id}/jobs/{job_id}", "elb", "elb");

  /** Elastic Volume Service, whatever the version of the disks' API. */
  public static final JobsService EVS = new JobsService("EVS", PATH, "evs", "evs");

  /** Bare Metal Server. */
  public static final JobsService BMS = new JobsService("BMS", PATH, "bms", "bms");

  /** Elastic IP; its endpoint is that of the Virtual Private Cloud. */
  public static final JobsService EIP = new JobsService("EIP", PATH, "vpc", "eip");

  /** Storage Disaster Recovery Service. */
  public static final JobsService SDRS = new JobsService("SDRS", PATH, "sdrs", "sdrs");

  /** Volume Backup Service. */
  public static final JobsService VBS = new JobsService("VBS", PATH, "vbs", "vbs");

  /** Image Management Service, with the progress of a job. The project id is not sent. */
  public static final JobsService IMS_PROGRESS =
      new JobsService("IMS_PROGRESS", "/v1/cloudimages/job/{job_id}", "ims", "ims");

  private final String name;
  private final String pathTemplate;
  private final @Nullable String hostName; // null if it has an endpoint only
  private final @Nullable String sdkName; // its name in the vendor's SDK

  private JobsService(
      String name, String pathTemplate, @Nullable String hostName, @Nullable String sdkName) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("name must not be null or blank");
    }
    this.name = name;
    this.pathTemplate = JobPoller.checkPathTemplate(pathTemplate);
    this.hostName = hostName;
    this.sdkName = sdkName;
  }

  /**
   * Returns any other service that reports jobs in the same form, for clients with an endpoint.
   *
   * @param pathTemplate begins with a slash, and contains {@code {job_id}} once and {@code
   *     {project_id}} at most once
   * @throws IllegalArgumentException if the path is invalid, or the name blank
   */
  public static JobsService of(String name, String pathTemplate) {
    return new JobsService(name, pathTemplate, null, null);
  }

  /**
   * Like {@link #of(String, String)}, for clients with a region too.
   *
   * @param hostName the first label of the service's hosts, such as {@code cbr}, and its name in
   *     {@code HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>}
   */
  public static JobsService of(String name, String pathTemplate, String hostName) {
    String label = Cloud.checkLabel("hostName", hostName);
    return new JobsService(name, pathTemplate, label, label);
  }

  /** The name, such as {@code ECS}, in events, metrics and tokens. */
  public String name() {
    return name;
  }

  /** The path of a job, such as {@code /v1/{project_id}/jobs/{job_id}}. */
  public String pathTemplate() {
    return pathTemplate;
  }

  @Nullable String sdkName() {
    return sdkName;
  }

  String hostName() {
    if (hostName == null) {
      throw new IllegalArgumentException(
          name
              + " has no host name to be found by in a region: use endpoint(..), or"
              + " JobsService.of(name, pathTemplate, hostName)");
    }
    return hostName;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobsService that
        && name.equals(that.name)
        && pathTemplate.equals(that.pathTemplate);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + pathTemplate.hashCode();
  }

  /** The name and the path, such as {@code ECS /v1/{project_id}/jobs/{job_id}}. */
  @Override
  public String toString() {
    return name + " " + pathTemplate;
  }
}
