package io.github.cloudjobs.connection;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamPasswordBuilder;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.wait.JobPollException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.X509TrustManager;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedCertificatesTest {

  @TempDir private Path folder;
  @StartStop private final MockWebServer server = new MockWebServer();
  private final Authority authority = new Authority();
  private final JobsClient.Builder builder = JobsClient.builder();

  private JobsClient.Builder client() {
    return Gateway.client(server).endpoint("https://127.0.0.1:" + server.getPort());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), text);
  }

  private void assertPolls(JobsClient.Builder builder) {
    server.enqueue(Gateway.job("RUNNING"));
    assertThat(Gateway.pollOnce(builder).jobId()).isEqualTo(JOB);
  }

  private static JobsTransportException untrusted(JobsClient.Builder builder) {
    return catchThrowableOfType(JobsTransportException.class, () -> Gateway.pollOnce(builder));
  }

  @Test
  void aServerOfAPrivateAuthorityIsTrustedOnlyWithItsFile() throws IOException {
    server.useHttps(authority.server("127.0.0.1"));
    OkHttpClient user = new OkHttpClient();
    X509TrustManager before = user.x509TrustManager();
    assertPolls(client().httpClient(user).trustedCertificates(authority.file(folder)));
    assertThat(user.x509TrustManager()).as("the user's own is not changed").isSameAs(before);
    assertThat(untrusted(client().httpClient(user)))
        .hasCauseInstanceOf(SSLHandshakeException.class);
    user.connectionPool().evictAll();
    try (JobsClient client = client().build()) {
      assertThatThrownBy(() -> client.waitForCompletion(PROJECT, JOB))
          .isInstanceOf(JobPollException.class)
          .hasCauseInstanceOf(JobsTransportException.class);
    }
  }

  /** 4 MiB of them, after a byte order mark, and with blanks at line ends. */
  @Test
  void everyCertificateOfAFileIsTrustedAndOtherTextIgnored() throws IOException {
    Authority other = new Authority();
    server.useHttps(other.server("127.0.0.1"));
    String text =
        "\uFEFFBag Attributes: é\n"
            + authority.pem()
            + new HeldCertificate.Builder().build().privateKeyPkcs8Pem()
            + "\n"
            + other.pem().replace("\n", " \t\r\n").replace("CERTIFICATE", "X509 CERTIFICATE");
    String blanks = " ".repeat((4 << 20) - text.getBytes(UTF_8).length);
    assertPolls(client().trustedCertificates(file(text + blanks)));
  }

  @Test
  void hostNamesAndValidityAreStillChecked() throws IOException {
    Path file = authority.file(folder);
    server.useHttps(authority.server("elsewhere.example"));
    assertThat(untrusted(client().trustedCertificates(file)))
        .hasMessageContaining("SSLPeerUnverifiedException");
    server.useHttps(authority.expired("127.0.0.1"));
    assertThat(untrusted(client().trustedCertificates(file)))
        .hasMessageContaining("validity check failed");
  }

  @Test
  void aClientWithATrustManagerOfItsOwnIsRefused() throws IOException {
    HandshakeCertificates own = authority.alone();
    OkHttpClient user =
        new OkHttpClient.Builder()
            .sslSocketFactory(own.sslSocketFactory(), own.trustManager())
            .build();
    Path file = new Authority().file(folder);
    String message =
        "trustedCertificates(..) cannot be combined with an httpClient(..) that has a trust manager"
            + " of its own: add the certificates to that one";
    JobsClient.Builder both = client().httpClient(user).trustedCertificates(file);
    assertThatIllegalStateException().isThrownBy(both::build).withMessage(message);
    IamPasswordBuilder login =
        CredentialsProvider.iamPassword("https://iam.invalid")
            .user("u", "a")
            .password("p")
            .projectId("p")
            .httpClient(user)
            .trustedCertificates(file);
    assertThatIllegalStateException().isThrownBy(login::build).withMessage(message);
    server.useHttps(authority.server("127.0.0.1"));
    assertPolls(client().httpClient(user));
    user.connectionPool().evictAll();
  }

  @Test
  void theCertificatesOfTheJvmAreStillTrusted() throws Exception {
    X509Certificate[] jvm = new OkHttpClient().x509TrustManager().getAcceptedIssuers();
    OkHttpClient client =
        ConnectionSettings.DEFAULTS
            .withTrustedCertificates(authority.file(folder))
            .derive(null, Duration.ofSeconds(30))
            .build();
    assertThat(client.x509TrustManager().getAcceptedIssuers())
        .contains(jvm)
        .contains(authority.certificate())
        .hasSize(jvm.length + 1);
  }

  @Test
  void theMessageNamesAnUnreadableFile() {
    Path missing = folder.resolve("missing.pem");
    assertThatThrownBy(() -> builder.trustedCertificates(missing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("trustedCertificates: " + missing + " cannot be read, NoSuchFileException")
        .hasCauseInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> builder.trustedCertificates(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.toString());
    assertThatNullPointerException().isThrownBy(() -> builder.trustedCertificates(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PKCS7", "PKCS #7 SIGNED DATA", "CMS"})
  void eachCertificateOfAPkcs7IsTrusted(String label) throws Exception {
    Authority other = new Authority();
    server.useHttps(other.server("127.0.0.1"));
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> both = List.of(authority.certificate(), other.certificate());
    byte[] pkcs7 = factory.generateCertPath(both).getEncoded("PKCS7");
    Path file =
        file(
            "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, Base64.getMimeEncoder().encodeToString(pkcs7), label));
    assertPolls(client().trustedCertificates(file));
  }

  static Stream<Arguments> refusedFiles() {
    String none = " holds no certificate as text: there is no -----BEGIN CERTIFICATE-----";
    String oneLine =
        ", certificate 1 is all on one line: a line must end after -----BEGIN CERTIFICATE-----";
    String good = new Authority().pem();
    return Stream.of(
        Arguments.of("", none),
        Arguments.of("garbage", none),
        Arguments.of("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", none),
        Arguments.of(good + certificate(""), ", certificate 2 cannot be read"),
        Arguments.of(good + certificate("AAAA\n"), ", certificate 2 cannot be read"),
        Arguments.of(good + certificate("no base64: ä\n"), ", certificate 2 cannot be read"),
        Arguments.of(good + good.substring(0, 300), ", certificate 2 has no end"),
        Arguments.of(
            good + good.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
            ", certificate 2 is a TRUSTED CERTIFICATE of OpenSSL: 'openssl x509' makes a"
                + " CERTIFICATE of it"),
        Arguments.of(good.replace("\n", ""), oneLine),
        Arguments.of(good.replace("\n", " "), oneLine),
        Arguments.of(good.replace("\n", "\\n"), oneLine),
        Arguments.of(" ".repeat((4 << 20) + 1 - good.length()) + good, " is larger than 4 MiB"));
  }

  private static String certificate(String content) {
    return "-----BEGIN CERTIFICATE-----\n" + content + "-----END CERTIFICATE-----\n";
  }

  @ParameterizedTest
  @MethodSource("refusedFiles")
  void aFileWithoutUsableCertificatesIsRefused(String text, String problem) throws IOException {
    Path file = file(text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.trustedCertificates(file))
        .withMessage("trustedCertificates: " + file + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
  void aFileInUtf16IsRefused(String charset) throws IOException {
    Path file = Files.write(folder.resolve("ca.pem"), authority.pem().getBytes(charset));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.trustedCertificates(file))
        .withMessage("trustedCertificates: %s is UTF-16: save it as ASCII or UTF-8", file);
  }
}
