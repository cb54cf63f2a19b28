package io.github.cloudjobs.connection;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts what either of two trusts. Host names are looked at by OkHttp, whoever trusts.
 *
 * @param first is asked first, and decides about clients
 */
record EitherTrust(X509TrustManager first, X509TrustManager second) implements X509TrustManager {
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      first.checkServerTrusted(chain, authType);
    } catch (CertificateException untrusted) {
      try {
        second.checkServerTrusted(chain, authType);
      } catch (CertificateException byNeither) {
        throw new CertificateException(
            untrusted.getMessage() + "; by trustedCertificates: " + byNeither.getMessage(),
            untrusted);
      }
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    first.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return Stream.of(first, second)
        .flatMap(trust -> Stream.of(trust.getAcceptedIssuers()))
        .toArray(X509Certificate[]::new);
  }
}
