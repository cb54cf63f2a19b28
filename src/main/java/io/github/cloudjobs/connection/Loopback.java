package io.github.cloudjobs.connection;

import java.util.regex.Pattern;

/** Recognizes loopback hosts by their spelling; no name is resolved. */
public final class Loopback {
  /** Other spellings, such as 127.1, do not mean the same to every library. */
  private static final Pattern HOST =
      Pattern.compile("localhost|::1|127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

  private Loopback() {}

  /**
   * True if a host is this machine.
   *
   * @param host without brackets
   */
  public static boolean is(String host) {
    return HOST.matcher(host).matches();
  }
}
