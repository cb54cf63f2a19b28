package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.testing.Answer.Delivery;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection: reads requests and writes answers. HTTP/1.1, as little of it as polls need. */
final class HttpConnection {
  private static final int LONGEST_HEAD = 64 * 1024;
  private static final int LONGEST_LINGER_MILLIS = 500;

  private final Socket socket;
  private final InputStream in;

  HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Reads the head of the next request; its body, if it has one, is left where it is.
   *
   * @return null at the end of the connection, or if it is no HTTP
   */
  @Nullable Request read() throws IOException {
    int[] room = {LONGEST_HEAD};
    String requestLine = readLine(room);
    String[] words = requestLine == null ? new String[0] : requestLine.split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      return null;
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line = readLine(room); line != null; line = readLine(room)) {
      if (line.isEmpty()) {
        return new Request(words[0], words[1], headers);
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        return null;
      }
      headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return null;
  }

  private @Nullable String readLine(int[] room) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && room[0]-- > 0; b = in.read()) {
      if (b == '\n') {
        return line.toString(ISO_8859_1).stripTrailing();
      }
      line.write(b);
    }
    return null;
  }

  /**
   * Writes an answer, in one go.
   *
   * @param last true if the connection will be closed after it
   */
  void write(Answer answer, boolean last) throws IOException {
    boolean bodiless = answer.status() == 204 || answer.status() == 304;
    byte[] body = bodiless ? new byte[0] : answer.body().getBytes(UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(answer.status()).append(" \r\n");
    answer
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!bodiless) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append(last ? "Connection: close\r\n\r\n" : "\r\n");
    int sent = answer.delivery() == Delivery.TRUNCATED ? body.length / 2 : body.length;
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.toString().getBytes(ISO_8859_1));
    whole.write(body, 0, sent);
    whole.writeTo(socket.getOutputStream());
  }

  /**
   * Says that no more will come and waits a little for the other side to hang up: closing while it
   * still sends would throw away what it has not read yet.
   */
  void linger() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(LONGEST_LINGER_MILLIS);
    long unread = LONGEST_HEAD;
    for (long n = in.skip(unread); n > 0 && unread > 0; n = in.skip(unread)) {
      unread -= n;
    }
  }
}
