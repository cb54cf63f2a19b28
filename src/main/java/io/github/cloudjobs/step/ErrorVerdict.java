package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.Throwables;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What an error means to a wait. */
enum ErrorVerdict {
  /** Lost or unreadable: poll again, within the budget. */
  BEAR,
  /** The service asks for fewer polls: poll again, later, at no cost. */
  THROTTLED,
  /** The service does not know the job: it may not yet, or no longer. */
  MISSING,
  /** The host has no address: poll again for some seconds, since a lookup may fail for a moment. */
  UNKNOWN_HOST,
  /** No later poll will fare better. */
  FATAL;

  /** The gateway's code for a path that it does not serve. */
  private static final Set<String> WRONG_ENDPOINT = Set.of("APIGW.0101", "APIG.0101");

  /**
   * Judges an error. Pure.
   *
   * @param beforeAnyAnswer whether no poll has brought the job yet: then a host without an address
   *     or with another's certificate, or a redirect, may be a wrong endpoint, and not an outage or
   *     a sign-in page of the network
   */
  static ErrorVerdict of(JobsException error, boolean beforeAnyAnswer) {
    if (error instanceof ThrottledException) {
      return THROTTLED;
    }
    if (error instanceof JobNotFoundException) {
      return MISSING;
    }
    if (error instanceof MalformedJobException) {
      return BEAR;
    }
    if (error instanceof JobsTransportException) {
      return beforeAnyAnswer ? ofFirstPolls(error) : BEAR;
    }
    return error instanceof JobsServiceException answer && mayPass(answer, beforeAnyAnswer)
        ? BEAR
        : FATAL;
  }

  /**
   * 404 is a proxy's here, the service's own is {@link #MISSING}; 408, 409 and 425 are the client
   * errors that a later request need not meet; 200 held an error.
   */
  private static boolean mayPass(JobsServiceException answer, boolean beforeAnyAnswer) {
    int status = answer.statusCode();
    if (status >= 300 && status < 400) {
      return !beforeAnyAnswer;
    }
    return switch (status) {
      case 404 -> !WRONG_ENDPOINT.contains(Objects.requireNonNullElse(answer.errorCode(), ""));
      case 408, 409, 425 -> true;
      default -> status >= 500 || status < 300;
    };
  }

  private static ErrorVerdict ofFirstPolls(JobsException error) {
    for (Throwable t : Throwables.chain(error)) {
      if (t instanceof SSLPeerUnverifiedException || t instanceof CertificateException) {
        return FATAL;
      }
      if (t instanceof UnknownHostException) {
        return UNKNOWN_HOST;
      }
    }
    return BEAR;
  }
}
