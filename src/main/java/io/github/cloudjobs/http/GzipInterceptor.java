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
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses bodies instead of OkHttp, which reports a body that is not gzip, although announced
 * so, as a broken connection. As the first network interceptor it shows the user's network
 * interceptors the response as sent, and their application interceptors the decompressed one.
 */
final class GzipInterceptor implements Interceptor {
  /** The body was received, and is not what its {@code Content-Encoding} says. */
  static final class NotGzipException extends IOException {
    private static final long serialVersionUID = 1L;

    private final byte[] sample;

    private NotGzipException(String problem, byte[] sample, @Nullable IOException cause) {
      super(problem, cause);
      this.sample = sample;
    }

    /** The beginning of a body that is not gzip; empty if it is damaged gzip. */
    byte[] sample() {
      return sample.clone();
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    String coding = response.header("Content-Encoding");
    if (coding == null || !(coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))) {
      return response;
    }
    ResponseBody body = response.body();
    return response
        .newBuilder()
        .removeHeader("Content-Encoding")
        .removeHeader("Content-Length")
        .body(
            ResponseBody.create(
                Okio.buffer(new Decompressed(body.source(), coding)), body.contentType(), -1))
        .build();
  }

  /** A compressed body that records whether reading it failed. */
  private static final class Compressed extends ForwardingSource {
    private boolean broken;

    Compressed(Source sent) {
      super(sent);
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      try {
        return super.read(sink, byteCount);
      } catch (IOException e) {
        broken = true;
        throw e;
      }
    }
  }

  private static final class Decompressed extends ForwardingSource {
    private static final ByteString MAGIC = ByteString.of((byte) 0x1f, (byte) 0x8b);
    private static final int SAMPLE_BYTES = 1024;

    private final BufferedSource sent;
    private final Compressed compressed;
    private final String coding;
    private boolean begun;

    Decompressed(BufferedSource sent, String coding) {
      this(sent, new Compressed(sent), coding);
    }

    private Decompressed(BufferedSource sent, Compressed compressed, String coding) {
      super(new GzipSource(compressed));
      this.sent = sent;
      this.compressed = compressed;
      this.coding = coding;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (!begun && sent.exhausted()) {
        return -1; // no body at all, as with 204 and 304
      }
      if (!begun && !(sent.request(2) && sent.getBuffer().snapshot(2).equals(MAGIC))) {
        sent.request(SAMPLE_BYTES);
        Buffer came = sent.getBuffer();
        byte[] sample = came.snapshot((int) Math.min(came.size(), SAMPLE_BYTES)).toByteArray();
        throw new NotGzipException("it is announced as " + coding + " and is not", sample, null);
      }
      begun = true;
      try {
        return super.read(sink, byteCount);
      } catch (IOException e) {
        throw compressed.broken
            ? e
            : new NotGzipException(
                "it is announced as " + coding + " and damaged, or something follows it",
                new byte[0],
                e);
      }
    }
  }
}
