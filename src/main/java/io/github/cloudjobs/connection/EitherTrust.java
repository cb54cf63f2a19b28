package io.github.cloudjobs.connection;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts what either of two trusts, each asked with all that is known of the connection. Host names
 * are looked at by OkHttp, whoever trusts. Immutable.
 */
final class EitherTrust extends X509ExtendedTrustManager {
  private final X509TrustManager first;
  private final X509TrustManager second;

  /**
   * Puts two together.
   *
   * @param first is asked first, and decides about clients
   */
  EitherTrust(X509TrustManager first, X509TrustManager second) {
    this.first = first;
    this.second = second;
  }

  /** A question to one of them; it is answered by not throwing. */
  private interface Question {
    void ask(X509TrustManager trust) throws CertificateException;
  }

  private void askBoth(Question question) throws CertificateException {
    try {
      question.ask(first);
    } catch (CertificateException untrusted) {
      try {
        question.ask(second);
      } catch (CertificateException byNeither) {
        throw new CertificateException(
            untrusted.getMessage() + "; by trustedCertificates: " + byNeither.getMessage(),
            untrusted);
      }
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    askBoth(trust -> trust.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    askBoth(
        trust -> {
          if (trust instanceof X509ExtendedTrustManager extended) {
            extended.checkServerTrusted(chain, authType, socket);
          } else {
            trust.checkServerTrusted(chain, authType);
          }
        });
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    askBoth(
        trust -> {
          if (trust instanceof X509ExtendedTrustManager extended) {
            extended.checkServerTrusted(chain, authType, engine);
          } else {
            trust.checkServerTrusted(chain, authType);
          }
        });
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    first.checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    first.checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
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
