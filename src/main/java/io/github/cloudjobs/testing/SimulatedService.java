package io.github.cloudjobs.testing;

import io.github.cloudjobs.testing.JobPath.PathKind;

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

  boolean isServedAt(PathKind kind) {
    return switch (this) {
      case ECS -> kind == PathKind.V1;
      case IMS -> kind == PathKind.V1 || kind == PathKind.IMS_PROGRESS;
      case ELB_V1 -> kind == PathKind.V1_0;
    };
  }
}
