package io.github.cloudjobs.connection;

import io.github.cloudjobs.text.SafeText;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Checks the address of a service as a user gives it: a scheme, a host, a port and a base path. */
public final class ServiceUrl {
  private static final Pattern WITH_HOST = Pattern.compile("(?i)https?://[^/\\\\].*");
  private static final List<String> PLACEHOLDERS = List.of("{", "}", "$(", "%(", "<", ">");

  private ServiceUrl() {}

  /**
   * Returns the address without slashes at the end of its path. Whether it may be {@code http} is
   * for the caller to decide.
   *
   * @param parameter begins the message of each refusal
   * @param example a good address
   * @throws IllegalArgumentException that says which part is not allowed; a user name or password
   *     in it is not repeated, and neither is a query, which may be a signature
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
    if (url != null && !(url.encodedUsername() + url.encodedPassword()).isEmpty()) {
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
    if (!WITH_HOST.matcher(text.strip()).matches()) { // OkHttp takes more or fewer slashes too
      return rule;
    }
    return url.encodedPath().indexOf('%') >= 0
        ? "must not hold percent-encoding in its path: " + SafeText.excerpt(text)
        : null;
  }

  /** Returns the address with another path, less the slashes at its end. */
  public static HttpUrl withPath(HttpUrl url, String path) {
    String shorter = path.replaceAll("/+$", "");
    return url.newBuilder().encodedPath(shorter.isEmpty() ? "/" : shorter).build();
  }

  /** Returns the address as text, without a slash at its end. */
  public static String text(HttpUrl url) {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
