package io.github.cloudjobs.auth;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The text of a credentials file, as the official SDK's users write it, read more leniently than
 * the SDK does: blanks anywhere around names and values, comments, quotes, any case. Pure.
 *
 * <p>Its exceptions name a line and never a value.
 *
 * @see <a href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3#242-profile">Profile</a>
 */
final class CredentialsFile {
  private static final String SECTION = "basic"; // of regional services; [global] is for others
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Map<String, Given> entries = new HashMap<>();
  private boolean hasSection;
  private int unreadable; // the first line of the section that says nothing; 0 if there is none

  private CredentialsFile() {}

  /**
   * Reads the credentials of a file.
   *
   * @throws IllegalArgumentException that says what is wrong, and in which line
   */
  static Credentials read(String text) {
    CredentialsFile file = new CredentialsFile();
    file.parse(text);
    return file.credentials();
  }

  private void parse(String text) {
    String plain = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    String[] lines = plain.split("\r\n|\n|\r", -1);
    boolean inside = false;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || isComment(line.charAt(0))) {
        continue;
      }
      if (line.charAt(0) == '[') {
        inside = sectionOf(line).equals(SECTION);
        hasSection |= inside;
      } else if (inside) {
        entry(line, i + 1);
      }
    }
  }

  private static boolean isComment(char c) {
    return c == '#' || c == ';';
  }

  private static String sectionOf(String line) {
    int end = line.indexOf(']');
    return (end < 0 ? "" : line.substring(1, end)).strip().toLowerCase(Locale.ROOT);
  }

  /** Of several lines with the same name the last one counts, as in the SDK. */
  private void entry(String line, int number) {
    int equals = line.indexOf('=');
    if (equals > 0) {
      String name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      String value = valueOf(line.substring(equals + 1).strip());
      entries.put(
          name.replace("_", "").replace("-", ""), new Given("line " + number + ": " + name, value));
    } else if (unreadable == 0) {
      unreadable = number;
    }
  }

  /** What is in quotes is taken as it is; else a comment may follow after a blank. */
  private static String valueOf(String text) {
    if (!text.isEmpty() && (text.charAt(0) == '"' || text.charAt(0) == '\'')) {
      int end = text.indexOf(text.charAt(0), 1);
      if (end > 0 && isBlankOrComment(text.substring(end + 1))) {
        return text.substring(1, end);
      }
    }
    for (int i = 0; i < text.length(); i++) {
      boolean begins = i == 0 || Character.isWhitespace(text.charAt(i - 1));
      if (begins && isComment(text.charAt(i))) {
        return text.substring(0, i).strip();
      }
    }
    return text;
  }

  private static boolean isBlankOrComment(String rest) {
    String stripped = rest.strip();
    return stripped.isEmpty()
        || (Character.isWhitespace(rest.charAt(0)) && isComment(stripped.charAt(0)));
  }

  private Credentials credentials() {
    if (!hasSection) {
      throw new IllegalArgumentException("there is no section [" + SECTION + "]");
    }
    Given federation = entries.get("idpid");
    if (federation != null && !entries.containsKey("ak")) {
      throw new IllegalArgumentException(federation + " asks for a login that is not supported");
    }
    Given securityToken = entries.get("securitytoken");
    return Given.accessKey(
        required("ak"),
        required("sk"),
        securityToken == null || securityToken.value().isEmpty() ? null : securityToken);
  }

  private Given required(String name) {
    Given entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "there is no "
              + name
              + " in section ["
              + SECTION
              + "]"
              + (unreadable == 0 ? "" : ", and line " + unreadable + " is not understood"));
    }
    return entry;
  }
}
