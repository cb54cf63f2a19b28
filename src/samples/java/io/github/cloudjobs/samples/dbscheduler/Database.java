package io.github.cloudjobs.samples.dbscheduler;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/** The database that the processes share. */
final class Database {
  private Database() {}

  /** Opens it, with a connection for each thread of a scheduler and a few more. */
  static HikariDataSource open(String jdbcUrl) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(jdbcUrl);
    pool.setMaximumPoolSize(14);
    return new HikariDataSource(pool);
  }

  /** Drops and creates the tables. */
  static void reset(DataSource database) throws SQLException {
    try (InputStream schema = Database.class.getResourceAsStream("/schema.sql");
        Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists scheduled_tasks, job_ends");
      statement.execute(
          new String(Objects.requireNonNull(schema).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first column of what a query finds, as text. */
  static List<String> column(DataSource database, String query) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> column = new ArrayList<>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    } catch (SQLException e) {
      throw new IllegalStateException("could not read: " + query, e);
    }
  }
}
