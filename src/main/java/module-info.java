import org.jspecify.annotations.NullMarked;

/**
 * Follows asynchronous jobs of Huawei Cloud, Open Telekom Cloud and FlexibleEngine to their end;
 * start at {@link io.github.cloudjobs.JobsClient}. {@code io.github.cloudjobs.testing} needs the
 * JDK's {@code jdk.httpserver}: on a module path start with {@code --add-modules jdk.httpserver}.
 */
@NullMarked
module io.github.cloudjobs {
  requires transitive okhttp3;
  requires transitive com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;
  requires static transitive org.jspecify;
  requires static jdk.httpserver;
  requires jdk.jfr;

  exports io.github.cloudjobs;
  exports io.github.cloudjobs.auth;
  exports io.github.cloudjobs.error;
  exports io.github.cloudjobs.model;
  exports io.github.cloudjobs.testing;
  exports io.github.cloudjobs.wait;

  provides com.fasterxml.jackson.databind.Module with
      io.github.cloudjobs.model.JobsModule;
}
