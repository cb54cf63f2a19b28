package io.github.cloudjobs.http;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The checked address of a service: a scheme, a host, perhaps a port and a base path. Immutable.
 *
 * @param url the address, without a slash at the end of its base path
 */
public record Endpoint(HttpUrl url) {

  /**
   * Checks an endpoint.
   *
   * @param text such as {@code https://ecs.eu-de.otc.t-systems.com}; a slash at the end makes no
   *     difference
   * @param plaintext where {@code http} may be used
   * @throws IllegalArgumentException that says which part is not allowed; a user name or password
   *     in it is not repeated, and neither is a query, which may be a signature
   */
  public static Endpoint parse(@Nullable String text, Plaintext plaintext) {
    if (text == null || text.isBlank()) {
      throw refused("must be given", "");
    }
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw refused("must be an https URL such as https://ecs.eu-de.otc.t-systems.com", "");
    }
    if (!url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty()) {
      throw refused("must not hold user info; keys go to credentials(..)", "");
    }
    if (url.encodedQuery() != null) {
      throw refused("must not hold a query", shown(before('?', text)));
    }
    if (url.encodedFragment() != null) {
      throw refused("must not hold a fragment", shown(before('#', text)));
    }
    if (url.encodedPath().indexOf('%') >= 0) {
      throw refused("must not hold percent-encoding in its path", shown(text));
    }
    if (!url.isHttps() && !plaintext.mayGoTo(url.host())) {
      throw refused(plaintext.rule(), shown(text));
    }
    return new Endpoint(withoutSlash(url)); // equal endpoints have to look equal
  }

  private static HttpUrl withoutSlash(HttpUrl url) {
    String path = url.encodedPath();
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return url.newBuilder().encodedPath(path.substring(0, end)).build();
  }

  private static IllegalArgumentException refused(String rule, String shown) {
    return new IllegalArgumentException("endpoint " + rule + shown);
  }

  private static String before(char part, String text) {
    return text.substring(0, text.indexOf(part));
  }

  private static String shown(String text) {
    return ": " + SafeText.excerpt(text);
  }

  /** Returns the decoded path of one job here: the base path, then the template's. */
  String path(PathTemplate template, JobRef job) {
    String base = url.encodedPath(); // holds no percent sign, so it is decoded too
    return (base.equals("/") ? "" : base) + template.expand(job);
  }

  /** The {@code Host} header as OkHttp sends it: lower case, without the scheme's own port. */
  static String hostHeader(HttpUrl url) {
    String host = url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
    return url.port() == HttpUrl.defaultPort(url.scheme()) ? host : host + ":" + url.port();
  }
}
