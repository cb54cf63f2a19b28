package io.github.cloudjobs.http;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.model.JobRef;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The rejection of credentials.
 *
 * @param error the error of the poll that was refused
 * @param url of that poll
 * @param generation ends polls and waits that started in an earlier generation
 * @param endpoint where the rejection holds; null for everywhere
 * @param projectId the project that it holds for; null for every project
 */
public record Rejection(
    AuthenticationException error,
    HttpUrl url,
    int generation,
    @Nullable HttpUrl endpoint,
    @Nullable String projectId) {

  boolean holdsFor(PollContext poll) {
    return holdsAt(poll.endpoint(), poll.job());
  }

  boolean holdsAt(HttpUrl otherEndpoint, JobRef job) {
    return (endpoint == null || endpoint.equals(otherEndpoint))
        && (projectId == null || projectId.equals(job.projectId()));
  }

  /** Returns the error with the URL of another poll. */
  AuthenticationException errorFor(HttpUrl otherUrl) {
    String text = String.valueOf(error.getMessage()).replace(" from GET " + url, "");
    AuthenticationException copy =
        new AuthenticationException(
            "the credentials for GET " + otherUrl + " were refused: " + text,
            error.statusCode(),
            error.errorCode(),
            error.serviceMessage(),
            error.requestId(),
            error.advice());
    copy.initCause(error);
    return copy;
  }
}
