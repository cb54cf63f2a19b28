package io.github.cloudjobs.text;

/** Tells the addresses of this machine, by their spelling alone. Pure: no name is looked up. */
public final class Loopback {
  private static final int MOST = 255;

  private Loopback() {}

  /**
   * Whether a host is this machine.
   *
   * @param host without brackets
   */
  public static boolean is(String host) {
    return host.equals("localhost") || host.equals("::1") || isNumeric(host);
  }

  /** Four plain numbers: no other spelling means the same to every library. */
  private static boolean isNumeric(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      boolean isNumber = part.matches("0|[1-9][0-9]{0,2}");
      if (!isNumber || Integer.parseInt(part) > MOST) {
        return false;
      }
    }
    return true;
  }
}
