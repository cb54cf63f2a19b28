package io.github.cloudjobs.samples.dbscheduler;

import io.github.cloudjobs.wait.PollStep;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * The ends of waits: one row for each job, however many processes record it.
 *
 * @param recorder the name of this process, stored with each row
 */
record JobEnds(DataSource database, String recorder) {
  private static final String INSERT =
      """
      insert into job_ends (job_id, outcome, server_ids, recorded_by) values (?, ?, ?, ?)
      on conflict (job_id) do nothing
      """;

  /**
   * Records an end, unless it was recorded before: by a process that died before it could remove
   * the wait. What else follows from the end belongs into the same transaction.
   *
   * @param jobId as it was submitted; a service may call the job by another id
   */
  void record(String jobId, PollStep end) {
    List<String> servers =
        end instanceof PollStep.Done done ? done.job().ids("server_id") : List.of();
    String outcome =
        end instanceof PollStep.Failed failed
            ? failed.reason().getClass().getSimpleName()
            : "SUCCESS";
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, jobId);
      insert.setString(2, outcome);
      insert.setArray(3, connection.createArrayOf("text", servers.toArray()));
      insert.setString(4, recorder);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the end of job " + jobId + " could not be recorded", e);
    }
  }
}
