package io.github.cloudjobs.envelope;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a key of an envelope stands for; there are a dozen spellings. */
enum Facet {
  CODE,
  MESSAGE,
  REQUEST_ID;

  private static final int LONGEST = 40; // of a key that is looked at

  /** Returns what {@code key} stands for, whatever its case and underscores; null for any other. */
  static @Nullable Facet of(String key) {
    if (key.length() > LONGEST) {
      return null;
    }
    return switch (key.strip().replace("_", "").toLowerCase(Locale.ROOT)) {
      case "code", "errorcode", "errcode" -> CODE;
      case "message", "errormsg", "errormessage", "errmsg", "externalmessage", "errordescription" ->
          MESSAGE;
      case "requestid" -> REQUEST_ID;
      default -> null;
    };
  }
}
