package io.github.cloudjobs.http;

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
import org.jspecify.annotations.Nullable;

/**
 * Decompresses bodies instead of OkHttp, which reports a body that is not gzip, although announced
 * so, as a broken connection. As the first network interceptor it shows the user's network
 * interceptors the response as sent, and their application interceptors the decompressed one.
 *
 * @param maxBodyBytes how much of a body is decompressed, but for one byte more
 */
record GzipInterceptor(int maxBodyBytes) implements Interceptor {
  /** The body was received, and is not what its {@code Content-Encoding} says. */
  static final class NotGzipException extends IOException {
    private static final long serialVersionUID = 1L;

    private NotGzipException(String coding, String problem, @Nullable IOException cause) {
      super("it is announced as " + coding + " and " + problem, cause);
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    String coding = response.header("Content-Encoding");
    if (coding == null || !(coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))) {
      return response;
    }
    ResponseBody sent = response.body();
    Decompressed plain = new Decompressed(sent.source(), coding, maxBodyBytes + 1L);
    return response
        .newBuilder()
        .removeHeader("Content-Encoding")
        .removeHeader("Content-Length")
        .body(ResponseBody.create(Okio.buffer(plain), sent.contentType(), -1))
        .build();
  }

  /** Decompresses a body when it is first read; as far as it goes, then fails. */
  private static final class Decompressed extends ForwardingSource {
    private static final ByteString MAGIC = ByteString.of((byte) 0x1f, (byte) 0x8b);

    private final BufferedSource sent;
    private final String coding;
    private final long limit;
    private @Nullable Buffer plain;
    private @Nullable IOException failure;

    Decompressed(BufferedSource sent, String coding, long limit) {
      super(sent);
      this.sent = sent;
      this.coding = coding;
      this.limit = limit;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (plain == null) {
        plain = decompress();
      }
      long read = plain.read(sink, byteCount);
      if (read < 0 && failure != null) {
        throw failure;
      }
      return read;
    }

    private Buffer decompress() {
      try {
        sent.request(limit);
      } catch (IOException broken) {
        failure = broken;
      }
      Buffer received = sent.getBuffer();
      if (received.size() == 0) {
        return received; // no body at all, as with 204 and 304
      }
      if (!received.rangeEquals(0, MAGIC)) {
        fail("is not", null);
        return received;
      }
      Buffer text = new Buffer();
      try (GzipSource gzip = new GzipSource(received)) { // releases memory outside of the heap
        long read = 0;
        while (read >= 0 && text.size() < limit) {
          read = gzip.read(text, limit - text.size());
        }
      } catch (IOException damaged) {
        fail("damaged, or something follows it", damaged);
      }
      return text;
    }

    private void fail(String problem, @Nullable IOException cause) {
      if (failure == null) {
        failure = new NotGzipException(coding, problem, cause);
      }
    }
  }
}
