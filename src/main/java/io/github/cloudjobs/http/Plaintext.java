package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.Loopback;

/** Where {@code http} may go, which anybody on the way can read. */
public enum Plaintext {
  /** Anywhere. */
  ALLOWED,
  /** To this machine. */
  HERE,
  /** Nowhere: also what is for this machine goes through a proxy elsewhere. */
  REFUSED;

  /** Whether it may go to a host. */
  boolean mayGoTo(String host) {
    return this == ALLOWED || (this == HERE && Loopback.is(host));
  }

  /** What is said of an endpoint that it may not go to. */
  String rule() {
    return this == REFUSED
        ? "must use https, since the proxy is not on this machine (or call allowPlaintext())"
        : "must use https (or call allowPlaintext())";
  }
}
