package io.github.cloudjobs.connection;

import io.github.cloudjobs.text.SafeText;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Checks the addresses of services that users configure: scheme, host, port and base path. */
public final class ServiceUrl {
  private static final Pattern WITH_HOST = Pattern.compile("(?i)https?://[^/\\\\].*");
  private static final Pattern WITH_EMPTY_USER = Pattern.compile("(?i)https?:[/\\\\]*:?@");
  private static final List<String> PLACEHOLDERS = List.of("{", "}", "$(", "%(", "<", ">");

  private ServiceUrl() {}

  /**
   * Returns an address without slashes at the end of its path. Callers decide whether it may use
   * {@code http}.
   *
   * @param parameter name of the address, for messages
   * @param example a valid address, for messages
   * @throws IllegalArgumentException if a part is not allowed; the message contains neither user
   *     info nor a query, which may be secret
   */
  public static HttpUrl parse(String parameter, @Nullable String text, String example) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(parameter + " must be given");
    }
    HttpUrl url = HttpUrl.parse(text);
    String problem = problem(url, text, example);
    if (url == null || problem != null) {
      throw new IllegalArgumentException(
          parameter + " " + problem + SafeText.invisibleNote(text.strip()));
    }
    return withPath(url, url.encodedPath());
  }

  private static @Nullable String problem(@Nullable HttpUrl url, String text, String example) {
    if (url != null
        && (!(url.encodedUsername() + url.encodedPassword()).isEmpty()
            || WITH_EMPTY_USER.matcher(text.strip()).lookingAt())) {
      return "must not hold user info; keys go to credentials(..)";
    }
    String address = text.split("[?#]", 2)[0];
    if (PLACEHOLDERS.stream().anyMatch(address::contains)) {
      return "must not hold a placeholder, such as {Endpoint} or $(tenant_id)s: give "
          + "the address alone, such as "
          + example;
    }
    String rule = "must be an https URL with a host, such as " + example;
    if (url == null) {
      return rule;
    }
    if (url.encodedQuery() != null) {
      return "must not hold a query: " + SafeText.excerpt(address);
    }
    if (url.encodedFragment() != null) {
      return "must not hold a fragment: " + SafeText.excerpt(address);
    }
    if (!WITH_HOST.matcher(text.strip()).matches()) { // OkHttp accepts more or fewer slashes
      return rule;
    }
    if (url.encodedPath().indexOf('%') >= 0) {
      return "must not hold percent-encoding in its path: " + SafeText.excerpt(text);
    }
    return SafeText.indexOfInvisible(text.strip()) >= 0 // OkHttp drops some of them
        ? "must not hold an invisible character"
        : null;
  }

  /** Returns an address with another path, without slashes at its end. */
  public static HttpUrl withPath(HttpUrl url, String path) {
    String shorter = path.replaceAll("/+$", "");
    return url.newBuilder().encodedPath(shorter.isEmpty() ? "/" : shorter).build();
  }

  /** Returns an address as text without a slash at its end. */
  public static String text(HttpUrl url) {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
