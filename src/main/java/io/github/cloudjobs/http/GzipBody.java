package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.NoImplicitRetryInterceptor;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.ForwardingSource;
import okio.GzipSource;
import okio.Okio;

/**
 * A body decompressed by this library instead of by OkHttp, which reports a damaged one as a broken
 * connection; here it is a {@link ZipException}. A body that is not gzip, although announced so, is
 * left as it is: a proxy has decompressed it.
 */
final class GzipBody extends ForwardingSource {
  private static final ByteString MAGIC = ByteString.of((byte) 0x1f, (byte) 0x8b);

  private final BufferedSource sent;
  private final String coding;

  private GzipBody(BufferedSource sent, String coding) {
    super(new GzipSource(sent));
    this.sent = sent;
    this.coding = coding;
  }

  /**
   * The first network interceptor. It shows the user's network interceptors the response as sent,
   * and their application interceptors the decompressed one.
   */
  static Response intercept(Interceptor.Chain chain) throws IOException {
    Response response = NoImplicitRetryInterceptor.hideStatus(chain);
    String coding = response.header("Content-Encoding");
    if (coding == null || !(coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))) {
      return response;
    }
    ResponseBody body = response.body();
    BufferedSource sent = body.source();
    boolean gzip = sent.rangeEquals(0, MAGIC);
    BufferedSource read = gzip ? Okio.buffer(new GzipBody(sent, coding)) : sent;
    return response
        .newBuilder()
        .removeHeader("Content-Encoding")
        .removeHeader("Content-Length")
        .body(ResponseBody.create(read, body.contentType(), -1))
        .build();
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    try {
      return super.read(sink, byteCount);
    } catch (IOException e) {
      if (e.getClass() != IOException.class && !(e instanceof EOFException)) {
        throw e; // of a broken connection
      }
      sent.exhausted(); // throws if the connection is broken: HTTP/2 may end a body so too
      ZipException damaged =
          new ZipException(
              "it is announced as " + coding + " and damaged, or something follows it");
      damaged.initCause(e);
      throw damaged;
    }
  }
}
