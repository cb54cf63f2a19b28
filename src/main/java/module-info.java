/**
 * Follows asynchronous jobs of Huawei Cloud, Open Telekom Cloud and FlexibleEngine to their end;
 * start at {@link io.github.cloudjobs.JobsClient}.
 */
module io.github.cloudjobs {
  requires transitive okhttp3;
  requires transitive com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;
  requires static transitive org.jspecify;

  exports io.github.cloudjobs.auth;
  exports io.github.cloudjobs.error;
  exports io.github.cloudjobs.model;
  exports io.github.cloudjobs.testing;
}
