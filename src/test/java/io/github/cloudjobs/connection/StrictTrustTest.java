package io.github.cloudjobs.connection;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsTransportException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trust manager of the user's that looks at the connection too. */
class StrictTrustTest {
  @TempDir private static Path folder;
  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void certificatesOfAFileDoNotSwitchOffWhatItChecks(boolean withFile) throws Exception {
    server.useHttps(new Authority().server("localhost"));
    Strict strict = new Strict();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {strict}, null);
    JobsClient.Builder builder =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint("https://localhost:" + server.getPort())
            .credentials(Credentials.token("invented"))
            .httpClient(
                new OkHttpClient.Builder()
                    .sslSocketFactory(context.getSocketFactory(), strict)
                    .build());
    if (withFile) { // of another authority, which has nothing to do with it
      builder.trustedCertificates(new Authority().file(folder));
    }
    try (JobsClient client = builder.build()) {
      assertThatExceptionOfType(JobsTransportException.class)
          .isThrownBy(() -> client.pollJob("p", "j"))
          .withStackTraceContaining("not this peer");
    }
  }

  /** Trusts whom it is told nothing of, and nobody else. */
  private static final class Strict extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not this peer");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not this peer");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
