package io.github.cloudjobs.testing;

import java.util.List;
import java.util.stream.Stream;

/** The service of a {@link SimulatedJob}: determines its path and where its sub-jobs are listed. */
public enum SimulatedService {
  /**
   * Elastic Cloud Server, and EVS, BMS, EIP, SDRS and VBS: {@code GET
   * /v1/{project_id}/jobs/{job_id}}, sub-jobs in {@code entities.sub_jobs}.
   */
  ECS("v1/jobs"),

  /**
   * Image Management Service: the path of {@link #ECS} and {@code GET
   * /v1/cloudimages/job/{job_id}}, sub-jobs in {@code entities.sub_jobs_result}, the elapsed
   * fraction in {@code entities.process_percent}.
   */
  IMS("v1/jobs", "v1/cloudimages/job"),

  /** Classic ELB: {@code GET /v1.0/{project_id}/jobs/{job_id}}, sub-jobs at the top level. */
  ELB_V1("v1.0/jobs");

  private final List<String> paths; // without the ids

  SimulatedService(String... paths) {
    this.paths = List.of(paths);
  }

  boolean isServedAt(String path) {
    return paths.contains(path);
  }

  static boolean isPath(String path) {
    return Stream.of(values()).anyMatch(service -> service.isServedAt(path));
  }
}
