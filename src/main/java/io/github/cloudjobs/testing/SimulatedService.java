package io.github.cloudjobs.testing;

import io.github.cloudjobs.testing.JobRoute.Door;

/** Which service a {@link SimulatedJob} belongs to: where it is asked for and how it looks. */
public enum SimulatedService {
  /**
   * Elastic Cloud Server, and whatever speaks like it (EVS, BMS, EIP, SDRS, VBS): {@code GET
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

  boolean answersAt(Door door) {
    return switch (this) {
      case ECS -> door == Door.V1;
      case IMS -> door == Door.V1 || door == Door.IMS_PROGRESS;
      case ELB_V1 -> door == Door.V1_0;
    };
  }
}
