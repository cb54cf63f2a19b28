package io.github.cloudjobs.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.benchmark.harness.Bodies;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The main class of the server's JVM. It answers each request with the same job over HTTP/1.1,
 * HTTPS and HTTP/2, on the loopback interface. It writes its three endpoints to standard output
 * and, for each line that it reads, the number of HTTP/1.1 connections so far.
 */
final class JobServer {
  private final Server server = new Server();
  private final AtomicInteger connections = new AtomicInteger();
  private final SslContextFactory.Server tls = new SslContextFactory.Server();
  private final HttpConnectionFactory http;

  private JobServer(HeldCertificate certificate, byte[] body) {
    tls.setSslContext(
        new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslContext());
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.addCustomizer(new SecureRequestCustomizer(false)); // any host name
    http = new HttpConnectionFactory(configuration);
    server.setHandler(new JobHandler(body));
  }

  /**
   * @param args the file that its certificate is written to
   */
  public static void main(String[] args) throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder()
            .commonName("localhost")
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    Files.writeString(Path.of(args[0]), certificate.certificatePem());
    String running = new String(Bodies.named("ecs"), UTF_8).replaceFirst("SUCCESS", "RUNNING");
    new JobServer(certificate, running.getBytes(UTF_8)).serve();
    System.exit(0);
  }

  private void serve() throws Exception {
    ServerConnector plain = connector(http);
    ServerConnector https = connector(new SslConnectionFactory(tls, http.getProtocol()), http);
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2");
    ServerConnector http2 =
        connector(
            new SslConnectionFactory(tls, alpn.getProtocol()),
            alpn,
            new HTTP2ServerConnectionFactory(http.getHttpConfiguration()),
            http);
    server.start();
    System.out.println(
        String.format(
            "http://127.0.0.1:%d https://127.0.0.1:%d https://127.0.0.1:%d",
            plain.getLocalPort(), https.getLocalPort(), http2.getLocalPort()));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    while (in.readLine() != null) {
      System.out.println(connections.get());
    }
  }

  private ServerConnector connector(ConnectionFactory... protocols) {
    ServerConnector connector = new ServerConnector(server, protocols);
    connector.setHost("127.0.0.1");
    connector.setIdleTimeout(Duration.ofHours(1).toMillis()); // no connection is closed from here
    connector.addBean(
        new Connection.Listener() {
          @Override
          public void onOpened(Connection connection) {
            if (connection instanceof HttpConnection) {
              connections.incrementAndGet();
            }
          }
        });
    server.addConnector(connector);
    return connector;
  }

  private static final class JobHandler extends Handler.Abstract.NonBlocking {
    private final byte[] body;

    JobHandler(byte[] body) {
      this.body = body;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
      response.write(true, ByteBuffer.wrap(body), callback);
      return true;
    }
  }
}
