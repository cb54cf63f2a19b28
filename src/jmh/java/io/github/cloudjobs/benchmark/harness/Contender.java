package io.github.cloudjobs.benchmark.harness;

import java.util.List;

/** A library, or a floor, whose operations are measured in a JVM of its own. */
public interface Contender {
  /** Prepares an operation; each combination of name and arguments is prepared once. */
  Operation prepare(String operation, List<String> arguments) throws Exception;
}
