package io.github.cloudjobs.connection;

import io.github.cloudjobs.text.SafeText;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The checked address of a service, without a slash at the end of its base path. */
public record Endpoint(HttpUrl url) {
  private static final String EXAMPLE = "https://ecs.eu-de.otc.t-systems.com";

  private static final Pattern WITH_HOST = Pattern.compile("(?i)https?://[^/\\\\].*");

  /** An at sign before the path, after any slashes or backslashes. */
  private static final Pattern WITH_USER = Pattern.compile("(?i)https?:[/\\\\]*[^/\\\\?#]*@");

  /** {@code {region}}, {@code <region>}, {@code $(region)} or {@code %(region)}. */
  private static final Pattern PLACEHOLDER = Pattern.compile("[{}<>]|[$%]\\(");

  /** A project's id, with or without hyphens. */
  private static final String ID = "([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})";

  /** Other spellings, such as 127.1, do not mean the same to every library. */
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|::1|127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

  /**
   * Checks an endpoint as {@link #parseUrl} does. One that ends with the beginning of the path that
   * is added to it was copied from a catalogue, and is refused.
   */
  public static Endpoint parse(
      @Nullable String text, ConnectionSettings connection, String pathTemplate) {
    HttpUrl url = parseUrl("endpoint", text, EXAMPLE);
    if (!url.isHttps() && !connection.allowsPlainHttp(url.host())) {
      String why = connection.isDetour() ? ", since the proxy is not on this machine" : "";
      String or = " (or call allowPlaintext()): " + SafeText.excerpt(text(url));
      throw new IllegalArgumentException("endpoint must use https" + why + or);
    }
    refuseCatalogueUrls(url, pathTemplate);
    return new Endpoint(url);
  }

  private static void refuseCatalogueUrls(HttpUrl url, String pathTemplate) {
    String path = url.encodedPath().toLowerCase(Locale.ROOT);
    if (path.endsWith("/auth/tokens") || (url.host().startsWith("iam.") && path.endsWith("/v3"))) {
      throw new IllegalArgumentException(
          "endpoint must be the service's, and not IAM's: give one such as "
              + EXAMPLE
              + "; IAM's goes to CredentialsProvider.iamPassword(..)");
    }
    // A version, or the first segment of the added path; or one of them and a project's id.
    String first = Pattern.quote(pathTemplate.split("/", -1)[1].toLowerCase(Locale.ROOT));
    String end = "/(v1(\\.0)?|FIRST|(v[0-9]+(\\.[0-9]+)?|FIRST)/ID)$".replace("ID", ID);
    Matcher copied = Pattern.compile(end.replace("FIRST", first)).matcher(path);
    if (copied.find()) {
      HttpUrl shorter = withPath(url, url.encodedPath().substring(0, copied.start()));
      String advice = " is added to it: give " + SafeText.excerpt(text(shorter));
      throw new IllegalArgumentException(
          "endpoint must not end in " + copied.group() + ", since " + pathTemplate + advice);
    }
  }

  /** True if a host, without brackets, is this machine by its spelling; no name is resolved. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  /**
   * Returns an address without slashes at the end of its path. Callers decide whether it may use
   * {@code http}.
   *
   * @throws IllegalArgumentException if a part is not allowed; the message contains neither user
   *     info nor a query, which may be secret
   */
  public static HttpUrl parseUrl(String parameter, @Nullable String text, String example) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(parameter + " must be given");
    }
    HttpUrl url = HttpUrl.parse(text);
    String problem = problem(url, text.strip(), example);
    if (url == null || problem != null) {
      throw new IllegalArgumentException(
          parameter + " must " + problem + SafeText.invisibleNote(text.strip()));
    }
    return withPath(url, url.encodedPath());
  }

  private static @Nullable String problem(@Nullable HttpUrl url, String text, String example) {
    if (WITH_USER.matcher(text).lookingAt()) {
      return "not hold user info; keys go to credentials(..)";
    }
    String address = text.split("[?#]", 2)[0];
    if (PLACEHOLDER.matcher(address).find()) {
      return "not hold a placeholder, such as {Endpoint} or $(tenant_id)s: give the address alone,"
          + " such as "
          + example;
    }
    if (url == null || !WITH_HOST.matcher(text).matches()) { // OkHttp accepts any slashes
      return "be an https URL with a host, such as " + example;
    }
    if (url.encodedQuery() != null || url.encodedFragment() != null) {
      return "not hold a query or a fragment: " + SafeText.excerpt(address);
    }
    if (url.encodedPath().indexOf('%') >= 0) {
      return "not hold percent-encoding in its path: " + SafeText.excerpt(text);
    }
    return SafeText.indexOfInvisible(text) >= 0 // OkHttp drops some of them
        ? "not hold an invisible character"
        : null;
  }

  /** Returns an address with another path, without slashes at its end. */
  public static HttpUrl withPath(HttpUrl url, String path) {
    String shorter = path.replaceAll("/+$", "");
    return url.newBuilder().encodedPath(shorter.isEmpty() ? "/" : shorter).build();
  }

  /** Returns an address as text without a slash at its end. */
  public static String text(HttpUrl url) {
    return url.toString().replaceFirst("/$", "");
  }
}
