package io.github.cloudjobs.testing;

import java.util.Set;

/** The service of a {@link SimulatedJob}: determines its path and where its sub-jobs are listed. */
public enum SimulatedService {
  /**
   * Elastic Cloud Server, and EVS, BMS, EIP, SDRS and VBS: {@code GET
   * /v1/{project_id}/jobs/{job_id}}, sub-jobs in {@code entities.sub_jobs}.
   */
  ECS,

  /**
   * Image Management Service: the path of {@link #ECS} and {@code GET
   * /v1/cloudimages/job/{job_id}}, sub-jobs in {@code entities.sub_jobs_result} and their ids in
   * {@code entities.sub_jobs_list}.
   */
  IMS,

  /** Classic ELB: {@code GET /v1.0/{project_id}/jobs/{job_id}}, sub-jobs at the top level. */
  ELB_V1;

  /** The services of a path without the ids. */
  static Set<SimulatedService> at(String path) {
    return switch (path) {
      case "v1/jobs" -> Set.of(ECS, IMS);
      case "v1/cloudimages/job" -> Set.of(IMS);
      case "v1.0/jobs" -> Set.of(ELB_V1);
      default -> Set.of();
    };
  }
}
