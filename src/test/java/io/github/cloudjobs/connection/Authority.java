package io.github.cloudjobs.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A private authority, which signs the certificates of servers, and which nobody knows. */
public final class Authority {
  private final HeldCertificate authority =
      new HeldCertificate.Builder().certificateAuthority(0).commonName("An authority").build();

  /** Lets a server speak TLS under a name, as from today. */
  public SSLSocketFactory server(String host) {
    return serverOf(certificate(host).build());
  }

  /** Lets a server speak TLS with a certificate that ended an hour ago. */
  public SSLSocketFactory expired(String host) {
    long now = System.currentTimeMillis();
    long hour = TimeUnit.HOURS.toMillis(1);
    return serverOf(certificate(host).validityInterval(now - 2 * hour, now - hour).build());
  }

  private HeldCertificate.Builder certificate(String host) {
    return new HeldCertificate.Builder().signedBy(authority).addSubjectAlternativeName(host);
  }

  private static SSLSocketFactory serverOf(HeldCertificate certificate) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(certificate)
        .build()
        .sslSocketFactory();
  }

  /** Its certificate as text. */
  public String pem() {
    return authority.certificatePem();
  }

  /** Its certificate in a file, as a company hands it out. */
  public Path file(Path folder) throws IOException {
    return Files.writeString(folder.resolve("company-ca.pem"), "# the company's\n" + pem());
  }

  /** What a user's own client is made with, to trust this authority alone. */
  public HandshakeCertificates alone() {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(authority.certificate())
        .build();
  }
}
