package io.github.cloudjobs.testing;

/** The service of a {@link SimulatedJob}: determines its path and where its sub-jobs are listed. */
public enum SimulatedService {
  /**
   * Elastic Cloud Server, and services with the same format (EVS, BMS, EIP, SDRS, VBS): {@code GET
   * /v1/{project_id}/jobs/{job_id}}, sub-jobs in {@code entities.sub_jobs} beside {@code
   * entities.sub_jobs_total}.
   */
  ECS,

  /**
   * Image Management Service: the path of {@link #ECS} and {@code GET
   * /v1/cloudimages/job/{job_id}}, sub-jobs in {@code entities.sub_jobs_result} and their ids in
   * {@code entities.sub_jobs_list}.
   */
  IMS,

  /**
   * The classic Elastic Load Balance: {@code GET /v1.0/{project_id}/jobs/{job_id}}, sub-jobs at the
   * top level.
   */
  ELB_V1;

  /**
   * @param path without the ids, such as {@code v1/jobs}
   */
  boolean isServedAt(String path) {
    return switch (this) {
      case ECS -> path.equals("v1/jobs");
      case IMS -> path.equals("v1/jobs") || path.equals("v1/job");
      case ELB_V1 -> path.equals("v1.0/jobs");
    };
  }
}
