package io.github.cloudjobs.samples.temporal;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.Worker;
import java.time.Clock;

/** Starts workflows, and registers them with a worker. */
final class ServerOrders {
  static final String QUEUE = "server-orders";

  private ServerOrders() {}

  /** Begins a workflow; a second one for the job is refused while the first goes on. */
  static String begin(WorkflowClient engine, JobsClient ecs, JobRef job, WaitOptions options) {
    // begin
    WaitToken token = ecs.newToken(job, options);
    String id = "server-order-" + job.jobId();
    ServerOrder order =
        engine.newWorkflowStub(
            ServerOrder.class,
            WorkflowOptions.newBuilder().setTaskQueue(QUEUE).setWorkflowId(id).build());
    WorkflowClient.start(order::follow, token.text());
    // end
    return id;
  }

  /** Prepares a worker; any number of them, on any machine, share the work. */
  static void register(Worker worker, JobsClient ecs, Clock clock) {
    worker.registerWorkflowImplementationTypes(ServerOrderWorkflow.class);
    worker.registerActivitiesImplementations(new PollingJobWaits(ecs, clock));
  }
}
