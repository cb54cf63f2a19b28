package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.Loopback;
import io.github.cloudjobs.connection.ServiceUrl;
import io.github.cloudjobs.text.SafeText;
import java.util.Locale;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The checked address of a service: a scheme, a host, perhaps a port and a base path.
 *
 * @param url the address, without a slash at the end of its base path
 */
public record Endpoint(HttpUrl url) {
  /** Which hosts may be polled over {@code http}, which anybody on the way can read. */
  public enum PlainHttp {
    /** Any host. */
    ALLOWED,
    /** This machine. */
    LOOPBACK,
    /** None: a proxy on another machine would receive requests to this one too. */
    REFUSED
  }

  private static final String EXAMPLE = "https://ecs.eu-de.otc.t-systems.com";

  private static final Pattern VERSION = Pattern.compile("v[0-9]+(\\.[0-9]+)?");
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /**
   * Checks an endpoint.
   *
   * @param text such as {@code https://ecs.eu-de.otc.t-systems.com}, with or without a slash at the
   *     end
   * @param template the path that is added; an endpoint that ends with its beginning was copied
   *     from a catalogue, and is refused
   * @throws IllegalArgumentException if a part is not allowed; user info and queries, which may be
   *     secrets, are not in the message
   */
  public static Endpoint parse(@Nullable String text, PlainHttp plainHttp, PathTemplate template) {
    HttpUrl url = ServiceUrl.parse("endpoint", text, EXAMPLE);
    boolean plainAllowed =
        plainHttp == PlainHttp.ALLOWED
            || (plainHttp == PlainHttp.LOOPBACK && Loopback.is(url.host()));
    if (!url.isHttps() && !plainAllowed) {
      String reason =
          plainHttp == PlainHttp.REFUSED ? ", since the proxy is not on this machine" : "";
      throw new IllegalArgumentException(
          "endpoint must use https%s (or call allowPlaintext()): %s"
              .formatted(reason, SafeText.excerpt(ServiceUrl.text(url))));
    }
    refuseCatalogueUrls(url, template);
    return new Endpoint(url);
  }

  private static void refuseCatalogueUrls(HttpUrl url, PathTemplate template) {
    String path = url.encodedPath().toLowerCase(Locale.ROOT);
    if (path.endsWith("/auth/tokens") || (url.host().startsWith("iam.") && path.endsWith("/v3"))) {
      throw new IllegalArgumentException(
          "endpoint must be the service's, and not IAM's: give one such as "
              + EXAMPLE
              + "; IAM's goes to CredentialsProvider.iamPassword(..)");
    }
    String[] segments = path.split("/", -1); // the first is empty
    String last = segments[segments.length - 1];
    String before = segments[segments.length - 2];
    int added = 0;
    if (last.matches("v1(\\.0)?") || last.equals(template.first())) {
      added = last.length() + 1;
    } else if (ID.matcher(last).matches()
        && (VERSION.matcher(before).matches() || before.equals(template.first()))) {
      added = before.length() + last.length() + 2;
    }
    if (added > 0) {
      int end = path.length() - added;
      HttpUrl shorter = ServiceUrl.withPath(url, url.encodedPath().substring(0, end));
      throw new IllegalArgumentException(
          "endpoint must not end in "
              + path.substring(end)
              + ", since "
              + template.text()
              + " is added to it: give "
              + SafeText.excerpt(ServiceUrl.text(shorter)));
    }
  }
}
