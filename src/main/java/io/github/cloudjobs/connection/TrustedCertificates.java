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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The certificates of a file, to be trusted besides those that are trusted anyway. Immutable. */
public final class TrustedCertificates {
  private static final Pattern BEGINNING =
      Pattern.compile(
          "-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE|PKCS7|PKCS #7 SIGNED DATA|CMS)-----[ \\t]*");
  private static final int MOST_BYTES = 4 << 20; // what browsers trust is a quarter of a megabyte
  private static final int NAME_LENGTH = 300;

  private final String file;
  private final X509TrustManager trust;

  private TrustedCertificates(String file, X509TrustManager trust) {
    this.file = file;
    this.trust = trust;
  }

  /**
   * Reads a file, now.
   *
   * @param pemFile with one certificate or several, each between its lines {@code BEGIN} and {@code
   *     END}, or a PKCS7; private keys and text between them are passed over
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it has no certificate, one that cannot be read or is
   *     OpenSSL's {@code TRUSTED CERTIFICATE}, or more than 4 MiB
   */
  public static TrustedCertificates of(Path pemFile) {
    String name = "trustedCertificates: " + SafeText.printable(pemFile.toString(), NAME_LENGTH);
    String text;
    try (InputStream in = Files.newInputStream(pemFile)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException(name + " is larger than 4 MiB");
      }
      if (isUtf16(bytes)) {
        throw new IllegalArgumentException(name + " is UTF-16: save it as ASCII or UTF-8");
      }
      text = new String(bytes, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read, " + e.getClass().getSimpleName(), e);
    }
    try {
      return new TrustedCertificates(name, trusting(certificates(text, name)));
    } catch (GeneralSecurityException e) { // of a JVM without PKIX
      throw new IllegalArgumentException(name + " cannot be used", e);
    }
  }

  /** With a byte order mark, or a zero byte beside the first character, which is ASCII. */
  private static boolean isUtf16(byte[] bytes) {
    if (bytes.length < 2) {
      return false;
    }
    int first = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    return first == 0xFEFF || first == 0xFFFE || (bytes[0] == 0) != (bytes[1] == 0);
  }

  private static List<Certificate> certificates(String text, String name)
      throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> certificates = new ArrayList<>();
    Matcher beginning = BEGINNING.matcher(text);
    for (int number = 1; beginning.find(); number++) {
      String label = beginning.group(1);
      String which = name + ", certificate " + number;
      String ending = "-----END " + label + "-----";
      int end = text.indexOf(ending, beginning.end());
      if (end < 0) {
        throw new IllegalArgumentException(which + " has no end");
      }
      if (label.equals("TRUSTED CERTIFICATE")) {
        throw new IllegalArgumentException(
            which
                + " is a TRUSTED CERTIFICATE of OpenSSL: 'openssl x509' makes a CERTIFICATE of it");
      }
      if (!text.startsWith("\n", beginning.end()) && !text.startsWith("\r", beginning.end())) {
        throw new IllegalArgumentException(
            which + " is all on one line: a line must end after -----BEGIN " + label + "-----");
      }
      String one = text.substring(beginning.start(), end + ending.length());
      Collection<? extends Certificate> read; // several from a PKCS7
      try {
        read = factory.generateCertificates(new ByteArrayInputStream(one.getBytes(ISO_8859_1)));
      } catch (CertificateException e) {
        throw new IllegalArgumentException(which + " cannot be read", e);
      }
      if (read.isEmpty()) {
        throw new IllegalArgumentException(which + " cannot be read: it holds none");
      }
      certificates.addAll(read);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          name + " holds no certificate as text: there is no -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  private static X509TrustManager trusting(List<Certificate> certificates)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) { // which nothing does not throw
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("certificate-" + i, certificates.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  /**
   * Adds them to what a client trusts.
   *
   * @param others what it trusts already; null for nothing
   */
  void addTo(OkHttpClient.Builder client, @Nullable X509TrustManager others) {
    X509TrustManager both = others == null ? trust : new EitherTrust(others, trust);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {both}, null);
      client.sslSocketFactory(context.getSocketFactory(), both);
    } catch (GeneralSecurityException e) { // every JVM has TLS
      throw new IllegalStateException(file + " cannot be used", e);
    }
  }

  /** The file. */
  @Override
  public String toString() {
    return file;
  }
}
