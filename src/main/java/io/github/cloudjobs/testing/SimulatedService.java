package io.github.cloudjobs.testing;

import java.util.List;

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

  /** Whether a path is that of a job of this service. */
  boolean serves(List<String> path) {
    if (path.size() != 4 || path.contains("")) {
      return false;
    } else if (path.subList(0, 3).equals(List.of("v1", "cloudimages", "job"))) {
      return this == IMS;
    }
    return path.get(0).equals(this == ELB_V1 ? "v1.0" : "v1") && path.get(2).equals("jobs");
  }
}
