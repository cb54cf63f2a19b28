package io.github.cloudjobs.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okio.Buffer;

/** Responses without a job that repeat the secrets of the request wherever they can. */
public final class QuotingResponses {
  public static final Map<String, Function<String, MockResponse.Builder>> ALL =
      Map.ofEntries(
          Map.entry("message", q -> Gateway.response(400, json("error_msg", q))),
          Map.entry("code", q -> Gateway.response(500, json("error_code", q))),
          Map.entry("request id", q -> Gateway.response(500, json("request_id", q))),
          Map.entry("escaped", q -> Gateway.response(403, json("x", q).replace("/", "\\/"))),
          Map.entry("refusal", q -> Gateway.refusal("0301", "canonicalRequest:GET|/|" + q)),
          Map.entry(
              "not found",
              q -> Gateway.response(404, "{\"itemNotFound\":" + json("message", q) + "}")),
          Map.entry("page not found", q -> Gateway.response(404, json("message", q))),
          Map.entry("throttled", q -> Gateway.response(429, json("message", q))),
          Map.entry("html", q -> Gateway.response(502, "<html>" + q)),
          Map.entry("cut", q -> Gateway.response(502, "{\"message\":\"" + q)),
          Map.entry("header", q -> Gateway.response(502, "").addHeader("X-Request-Id", q)),
          Map.entry("location", q -> Gateway.response(302, "").addHeader("Location", "/?a=" + q)),
          Map.entry("error as success", q -> Gateway.response(200, json("error_msg", q))),
          Map.entry("echo", q -> Gateway.response(200, "{\"headers\":" + json("x", q) + "}")),
          Map.entry("bare", q -> Gateway.response(200, q)),
          Map.entry("far down", q -> Gateway.response(200, farDown(q))),
          Map.entry("UTF-16", QuotingResponses::utf16),
          Map.entry("array", q -> Gateway.response(200, "[\"" + q + "\"]")),
          Map.entry(
              "dropped",
              q -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket())),
          Map.entry("bad status line", q -> new MockResponse.Builder().status("HTTP/1.1 " + q)),
          Map.entry(
              "chunk size",
              q ->
                  new MockResponse.Builder()
                      .addHeader("Transfer-Encoding", "chunked")
                      .body("1 " + q + "\r\n")
                      .removeHeader("Content-Length")),
          Map.entry(
              "number as chunk size",
              q ->
                  new MockResponse.Builder()
                      .addHeader("Transfer-Encoding", "chunked")
                      .body(q.substring(q.indexOf("Signature=") + "Signature=".length()) + "\r\n")
                      .removeHeader("Content-Length")),
          Map.entry("content type", q -> Gateway.response(200, "").setHeader("Content-Type", q)),
          Map.entry(
              "host to go to",
              q ->
                  Gateway.response(302, "")
                      .addHeader("Location", "//" + q.replaceAll("(?s).*[ +]", "") + "/")),
          Map.entry(
              "stalled",
              q -> new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE)));

  private QuotingResponses() {}

  /** Quotes behind the beginning of a body that error messages are made of. */
  private static String farDown(String quoted) {
    return json("x", "x".repeat(70_000)).replace("}", ", \"b\": ")
        + quoted.substring(quoted.lastIndexOf(' ') + 1);
  }

  private static MockResponse.Builder utf16(String quoted) {
    Buffer body = new Buffer().writeString("[" + quoted + "]", StandardCharsets.UTF_16LE);
    return new MockResponse.Builder().body(body);
  }

  static String json(String key, String value) {
    return "{\"" + key + "\":\"" + value + "\"}";
  }

  /** The headers with secrets, as text. */
  public static String proofs(RecordedRequest request) {
    Headers headers = request.getHeaders();
    return Stream.of(
            "Proxy-Authorization", "X-Api-Key", "X-Auth-Token", "X-Security-Token", "Authorization")
        .filter(name -> headers.get(name) != null)
        .map(name -> name + ": " + headers.get(name))
        .collect(Collectors.joining(" "));
  }
}
