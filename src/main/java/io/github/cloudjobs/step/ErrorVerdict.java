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

/** How a wait treats an error. */
enum ErrorVerdict {
  /** A transport error, a 5xx or an unreadable response: poll again, within the budget. */
  TOLERATED,
  /** The service asks for fewer polls: poll again, later, at no cost. */
  THROTTLED,
  /** The service does not know the job, not yet or no longer. */
  MISSING,
  /** The host has no address: poll again for some seconds. */
  UNKNOWN_HOST,
  /** Later polls would fail too: the wait ends. */
  FATAL;

  /** The gateway's codes for a path that it does not serve. */
  private static final Set<String> WRONG_ENDPOINT = Set.of("APIGW.0101", "APIG.0101");

  /**
   * Returns the verdict on an error. Before the first job, an unknown host, a wrong certificate or
   * a redirect may mean a wrong endpoint, and not an outage or a sign-in page of the network.
   */
  static ErrorVerdict of(JobsException error, boolean first) {
    if (error instanceof ThrottledException) {
      return THROTTLED;
    }
    if (error instanceof JobNotFoundException) {
      return MISSING;
    }
    if (error instanceof JobsServiceException response) {
      return isTolerated(response, first) ? TOLERATED : FATAL;
    }
    if (error instanceof JobsTransportException) {
      return first ? ofFirstPolls(error) : TOLERATED;
    }
    return error instanceof MalformedJobException ? TOLERATED : FATAL;
  }

  /** A 404 is here one of a proxy. A status below 300 had an error in its body. */
  private static boolean isTolerated(JobsServiceException response, boolean first) {
    int status = response.statusCode();
    return switch (status) {
      case 404 -> !WRONG_ENDPOINT.contains(Objects.requireNonNullElse(response.errorCode(), ""));
      case 408, 409, 425 -> true;
      default -> status >= 500 || status < 300 || (status < 400 && !first);
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
    return TOLERATED;
  }
}
