package io.github.cloudjobs.auth;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The text of a credentials file of the official SDK. It is read more leniently than the SDK does:
 * blanks around names and values, comments, quotes, any case. Error messages name a line and never
 * contain a value.
 *
 * @see <a href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3#242-profile">Profile</a>
 */
final class CredentialsFile {
  private static final String SECTION =
      "basic"; // for regional services; [global] is for the others
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Map<String, NamedValue> entries = new HashMap<>();
  private boolean hasSection;
  private int unreadable; // the first malformed line of the section; 0 if there is none

  private CredentialsFile() {}

  /**
   * Returns the credentials of a file.
   *
   * @throws IllegalArgumentException if there are none; the message names the line
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

  /** The last of several lines with one name counts, as in the SDK. */
  private void entry(String line, int number) {
    int equals = line.indexOf('=');
    if (equals > 0) {
      String name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      String value = valueOf(line.substring(equals + 1).strip());
      entries.put(
          name.replace("_", "").replace("-", ""),
          new NamedValue("line " + number + ": " + name, value));
    } else if (unreadable == 0) {
      unreadable = number;
    }
  }

  /** A value in quotes is taken as it is; otherwise a comment may follow after a blank. */
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
    NamedValue federation = entries.get("idpid");
    if (federation != null && !entries.containsKey("ak")) {
      throw new IllegalArgumentException(
          federation + " needs a federated login, which is not supported");
    }
    NamedValue securityToken = entries.get("securitytoken");
    return NamedValue.accessKey(
        required("ak"),
        required("sk"),
        securityToken == null || securityToken.value().isEmpty() ? null : securityToken);
  }

  private NamedValue required(String name) {
    NamedValue entry = entries.get(name);
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
