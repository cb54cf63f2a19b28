package io.github.cloudjobs.http;

import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells how the request that was signed differs from the one that the gateway read: refusing a
 * signature, a gateway prints its own canonical request, with {@code |} for each line's end. Values
 * of headers that prove something are compared, and never shown. Pure.
 */
final class CanonicalComparison {
  private static final Pattern MARK =
      Pattern.compile("canonical ?request:", Pattern.CASE_INSENSITIVE);
  private static final Pattern LINE_END = Pattern.compile("[|\n]");
  private static final Pattern AFTER_HASH = Pattern.compile("[^0-9A-Za-z-].*", Pattern.DOTALL);
  private static final String HEADER = "header ";
  private static final int MOST_SHOWN = 3;
  private static final int LENGTH_SHOWN = 160;
  private static final int LONGEST = 16 * 1024; // a gateway takes no longer head

  private CanonicalComparison() {}

  /**
   * Compares two canonical requests.
   *
   * @param ours as it was signed, in lines
   * @param said what the gateway said
   * @return the parts that differ, ours and the gateway's; or, if none does, what is likely wrong
   *     then; null if the gateway did not print its own
   */
  static @Nullable String of(String ours, String said) {
    String[] around = MARK.split(said, 2);
    if (around.length < 2) {
      return null;
    }
    Map<String, String> signed = parts(ours);
    String theirs = around[1].strip();
    Map<String, String> read = parts(theirs.substring(0, Math.min(theirs.length(), LONGEST)));
    List<String> differences = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(signed.keySet());
    names.addAll(read.keySet());
    for (String name : names) {
      String one = signed.get(name);
      String other = read.get(name);
      if (one == null || !one.equals(other)) {
        differences.add(difference(name, one, other));
      }
    }
    if (differences.isEmpty()) {
      return "the gateway read the very request that was signed, so the secret key is likely wrong,"
          + " or else this machine's clock";
    }
    String more = differences.size() > MOST_SHOWN ? "; and more" : "";
    return "the gateway read another request than was signed: "
        + String.join("; ", differences.subList(0, Math.min(MOST_SHOWN, differences.size())))
        + more;
  }

  private static Map<String, String> parts(String canonical) {
    String[] lines = LINE_END.split(canonical, -1);
    Map<String, String> parts = new LinkedHashMap<>();
    put(parts, "method", lines, 0);
    put(parts, "path", lines, 1);
    put(parts, "query", lines, 2);
    int at = 3;
    for (; at < lines.length && !lines[at].isBlank(); at++) {
      int colon = lines[at].indexOf(':');
      String name = lines[at].substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT);
      parts.merge(HEADER + name, lines[at].substring(colon + 1).strip(), (a, b) -> a + "," + b);
    }
    put(parts, "names of signed headers", lines, at + 1);
    put(parts, "hash of the body", lines, at + 2);
    parts.computeIfPresent(
        "hash of the body", (name, hash) -> AFTER_HASH.matcher(hash).replaceAll(""));
    return parts;
  }

  private static void put(Map<String, String> parts, String name, String[] lines, int at) {
    if (at < lines.length) {
      parts.put(name, lines[at].strip());
    }
  }

  private static String difference(String name, @Nullable String ours, @Nullable String theirs) {
    String shownName = name.equals(HEADER) ? "a line that is no header" : name;
    if (isSecret(name) || isSecret(ours) || isSecret(theirs)) {
      String missing = ours == null ? ", not among ours" : theirs == null ? ", missing there" : "";
      return SafeText.printable(shownName, LENGTH_SHOWN) + " (not shown" + missing + ")";
    }
    return SafeText.printable(shownName, LENGTH_SHOWN)
        + " ours "
        + shown(ours)
        + ", the gateway's "
        + shown(theirs);
  }

  private static boolean isSecret(@Nullable String text) {
    if (text == null) {
      return false;
    }
    return text.equals(HEADER)
        || (text.startsWith(HEADER) && Secrets.isNameOfSecret(text))
        || text.toLowerCase(Locale.ROOT).contains("signature=");
  }

  private static String shown(@Nullable String value) {
    return value == null ? "missing" : "'" + SafeText.printable(value, LENGTH_SHOWN) + "'";
  }
}
