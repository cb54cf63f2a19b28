package io.github.cloudjobs.http;

import java.io.EOFException;
import java.io.IOException;
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
 * Decompresses bodies instead of OkHttp, which reports a damaged one as a broken connection. A body
 * that is not gzip, although announced so, is left as it is: a proxy has decompressed it. As the
 * first network interceptor it shows the user's network interceptors the response as sent, and
 * their application interceptors the decompressed one.
 */
final class GzipInterceptor {
  private static final ByteString MAGIC = ByteString.of((byte) 0x1f, (byte) 0x8b);

  private GzipInterceptor() {}

  /** The body was received, and is not what its {@code Content-Encoding} says. */
  static final class DamagedGzipException extends IOException {
    private static final long serialVersionUID = 1L;

    private DamagedGzipException(String coding, IOException cause) {
      super("it is announced as " + coding + " and damaged, or something follows it", cause);
    }
  }

  static Response intercept(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    String coding = response.header("Content-Encoding");
    if (coding == null || !(coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))) {
      return response;
    }
    ResponseBody sent = response.body();
    BufferedSource source = sent.source();
    boolean gzip = source.rangeEquals(0, MAGIC);
    return response
        .newBuilder()
        .removeHeader("Content-Encoding")
        .removeHeader("Content-Length")
        .body(
            ResponseBody.create(
                gzip ? Okio.buffer(new Decompressed(source, coding)) : source,
                sent.contentType(),
                -1))
        .build();
  }

  private static final class Decompressed extends ForwardingSource {
    private final BufferedSource sent;
    private final String coding;

    Decompressed(BufferedSource sent, String coding) {
      super(new GzipSource(sent));
      this.sent = sent;
      this.coding = coding;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      try {
        return super.read(sink, byteCount);
      } catch (IOException e) {
        if (e.getClass() != IOException.class && !(e instanceof EOFException)) {
          throw e; // of a broken connection
        }
        sent.exhausted(); // throws if the connection is broken: that of HTTP/2 ends so too
        throw new DamagedGzipException(coding, e);
      }
    }
  }
}
