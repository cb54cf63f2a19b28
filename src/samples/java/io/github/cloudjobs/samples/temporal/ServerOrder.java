package io.github.cloudjobs.samples.temporal;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/** The workflow of an order for servers. */
@WorkflowInterface
public interface ServerOrder {
  /**
   * Waits for the servers.
   *
   * @param token the wait's, as {@code JobsClient.newToken} began it
   * @return their ids
   */
  @WorkflowMethod
  List<String> follow(String token);
}
