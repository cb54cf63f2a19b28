package io.github.cloudjobs.http;

import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import okhttp3.Headers;
import okhttp3.Request;

/**
 * The headers of every poll, without those of its credentials. Each method returns a copy, and
 * refuses an invalid header with an {@code IllegalArgumentException} without its value.
 */
public final class RequestHeaders {
  public static final RequestHeaders STANDARD =
      new RequestHeaders("jobs-client/" + version(), Headers.of(), Headers.of());

  /** The characters that RFC 9110 leaves out of names. */
  private static final String NOT_IN_NAMES = "(),/:;<=>?@[\\]{}\"";

  /** Set by this library, by OkHttp, or by HTTP for a connection. */
  private static final String RESERVED =
      "(?i)(content-|if-|proxy-|x-sdk-).*|accept(-encoding)?|authorization|connection|expect"
          + "|host|http2-settings|keep-alive|range|te|trailer|transfer-encoding|upgrade"
          + "|user-agent|x-(auth-token|domain-id|project-id|security-token)";

  private final String userAgent;
  private final Headers own; // of the user; not signed
  private final Headers scope; // they name a project and a domain; signed

  private RequestHeaders(String userAgent, Headers own, Headers scope) {
    this.userAgent = userAgent;
    this.own = own;
    this.scope = scope;
  }

  private static String version() {
    Properties build = new Properties();
    try (InputStream in = RequestHeaders.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("version", "unknown");
  }

  /** Adds a header of the user: not reserved, and not set twice. */
  public RequestHeaders with(String name, String value) {
    HeaderText.requireWord("header name", HeaderText.requireKey("header name", name), NOT_IN_NAMES);
    HeaderText.requirePrintable("header value", value);
    if (name.matches(RESERVED)) {
      throw new IllegalArgumentException("header " + name + " is reserved");
    }
    if (own.get(name) != null) {
      throw new IllegalArgumentException("header " + name + " is set twice");
    }
    return new RequestHeaders(userAgent, own.newBuilder().add(name, value).build(), scope);
  }

  /** Sets the text after this library's name in {@code User-Agent}. */
  public RequestHeaders withUserAgentSuffix(String suffix) {
    String checked = HeaderText.requireValue("userAgentSuffix", suffix).strip();
    return new RequestHeaders(STANDARD.userAgent + " " + checked, own, scope);
  }

  public RequestHeaders withProject(String id) {
    return withScope("X-Project-Id", HeaderText.requireKey("projectHeader", id));
  }

  public RequestHeaders withDomain(String id) {
    return withScope("X-Domain-Id", HeaderText.requireKey("domainId", id));
  }

  private RequestHeaders withScope(String name, String id) {
    return new RequestHeaders(userAgent, own, scope.newBuilder().set(name, id).build());
  }

  static Secrets secretsOf(Request sent) {
    Headers headers = sent.headers();
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      all.add(Map.entry(headers.name(i), headers.value(i)));
    }
    return Secrets.inHeaders(all);
  }

  Headers all() {
    return new Headers.Builder()
        .add("Accept", "application/json")
        .add("User-Agent", userAgent)
        .addAll(own)
        .addAll(scope)
        .build();
  }

  String[] signedNames() {
    return scope.names().toArray(new String[0]);
  }
}
