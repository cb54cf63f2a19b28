package io.github.cloudjobs.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.cloudjobs.text.SafeText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The certificates of a file, trusted besides those of the JVM. */
final class TrustedCertificates {
  /** From a BEGIN line to the END of the same label, if there is one. */
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (?<label>(X509 |TRUSTED )?CERTIFICATE|PKCS7|PKCS #7 SIGNED DATA|CMS)-----"
              + "(?<line>[ \\t]*[\\r\\n])?(?s:.*?(?<end>-----END \\k<label>-----))?");

  /** A byte order mark, or a zero byte next to the first character, which is ASCII. */
  private static final Pattern UTF_16 =
      Pattern.compile("\u00FE\u00FF|\u00FF\u00FE|\\x00[^\\x00]|[^\\x00]\\x00");

  private static final int MAX_BYTES = 4 << 20; // the certificates of a browser have 0.25 MiB
  private static final int NAME_LENGTH = 300;

  private final String file; // for messages
  private final List<Certificate> certificates;

  private TrustedCertificates(String file, List<Certificate> certificates) {
    this.file = file;
    this.certificates = certificates;
  }

  /**
   * Reads a file of one or more certificates in PEM format, or a PKCS7; private keys and other text
   * are ignored.
   *
   * @throws UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it contains no certificate, a malformed one or a {@code
   *     TRUSTED CERTIFICATE} of OpenSSL, or is larger than 4 MiB
   */
  static TrustedCertificates of(Path pemFile) {
    String name = "trustedCertificates: " + SafeText.printable(pemFile.toString(), NAME_LENGTH);
    try (InputStream in = Files.newInputStream(pemFile)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(name + " is larger than 4 MiB");
      }
      return new TrustedCertificates(name, parse(new String(bytes, ISO_8859_1), name));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read, " + e.getClass().getSimpleName(), e);
    }
  }

  private static List<Certificate> parse(String text, String name) {
    if (UTF_16.matcher(text).lookingAt()) {
      throw new IllegalArgumentException(name + " is UTF-16: save it as ASCII or UTF-8");
    }
    List<Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    for (int number = 1; block.find(); number++) {
      certificates.addAll(read(block, name + ", certificate " + number));
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          name + " holds no certificate as text: there is no -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  /** Reads a certificate, or those of a PKCS7. */
  private static Collection<? extends Certificate> read(Matcher block, String which) {
    String problem = problem(block);
    if (problem != null) {
      throw new IllegalArgumentException(which + " " + problem);
    }
    byte[] pem = block.group().getBytes(ISO_8859_1);
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(which + " cannot be read", e);
    }
  }

  private static @Nullable String problem(Matcher block) {
    String label = block.group("label");
    if (block.group("end") == null) {
      return "has no end";
    }
    if (label.startsWith("TRUSTED")) {
      return "is a TRUSTED CERTIFICATE of OpenSSL: 'openssl x509' makes a CERTIFICATE of it";
    }
    return block.group("line") == null
        ? "is all on one line: a line must end after -----BEGIN " + label + "-----"
        : null;
  }

  /** Makes a client trust them; its current trust manager, if any, must be the JVM's default. */
  void addTo(OkHttpClient.Builder client, @Nullable X509TrustManager current) {
    try {
      X509TrustManager jvm = trustManager(null);
      Set<X509Certificate> issuers = Set.copyOf(List.of(jvm.getAcceptedIssuers()));
      if (current != null
          && !(current.getClass() == jvm.getClass()
              && Set.copyOf(List.of(current.getAcceptedIssuers())).equals(issuers))) {
        throw new IllegalStateException(
            "trustedCertificates(..) cannot be combined with an httpClient(..) that has a trust"
                + " manager of its own: add the certificates to that one");
      }
      List<Certificate> all = new ArrayList<>(certificates);
      all.addAll(issuers);
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < all.size(); i++) {
        store.setCertificateEntry("ca-" + i, all.get(i));
      }
      X509TrustManager both = trustManager(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {both}, null);
      client.sslSocketFactory(context.getSocketFactory(), both);
    } catch (GeneralSecurityException | IOException e) { // every JVM has PKIX and TLS
      throw new IllegalStateException(file + " cannot be used", e);
    }
  }

  /** Returns a trust manager for a key store; for null the JVM's default one. */
  private static X509TrustManager trustManager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }
}
