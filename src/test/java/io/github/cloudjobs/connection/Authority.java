package io.github.cloudjobs.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A private certificate authority that signs the certificates of servers. */
public final class Authority {
  private final HeldCertificate authority =
      new HeldCertificate.Builder().certificateAuthority(0).commonName("An authority").build();

  /** Returns the sockets of a server with a valid certificate. */
  public SSLSocketFactory server(String host) {
    return serverOf(certificate(host).build());
  }

  /** Returns the sockets of a server whose certificate expired an hour ago. */
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

  /** The authority's certificate in PEM format. */
  public String pem() {
    return authority.certificatePem();
  }

  X509Certificate certificate() {
    return authority.certificate();
  }

  /** Writes the authority's certificate to a file. */
  public Path file(Path folder) throws IOException {
    return Files.writeString(folder.resolve("company-ca.pem"), "# the company's\n" + pem());
  }

  /** The sockets and the trust manager of a client that trusts this authority alone. */
  public HandshakeCertificates alone() {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(authority.certificate())
        .build();
  }
}
