package io.github.cloudjobs.envelope;

/** Writes what was read of an error body as three lines, to be compared with what is stated. */
final class Facts {
  private Facts() {}

  static String of(ErrorEnvelope read) {
    return "code: %s\nmessage: %s\nrequest id: %s\n"
        .formatted(read.code(), read.message(), read.requestId());
  }
}
