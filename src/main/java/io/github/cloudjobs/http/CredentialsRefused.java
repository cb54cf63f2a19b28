package io.github.cloudjobs.http;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A refusal of credentials that nothing could be done about.
 *
 * @param error as the poll that was refused reports it
 * @param url of that poll
 * @param generation ends polls and waits that began with a lower {@linkplain JobPoller#mark() mark}
 * @param endpoint where it holds; null for everywhere
 * @param projectId for whose jobs it holds; null for every project
 */
public record CredentialsRefused(
    AuthenticationException error,
    HttpUrl url,
    int generation,
    @Nullable HttpUrl endpoint,
    @Nullable String projectId) {

  boolean holdsAt(HttpUrl otherEndpoint, JobRef job) {
    return (endpoint == null || endpoint.equals(otherEndpoint))
        && (projectId == null || projectId.equals(job.projectId()));
  }

  /** Returns the error for another poll, or for the wait that makes it: with its own URL. */
  AuthenticationException of(HttpUrl own) {
    String text = String.valueOf(error.getMessage()).replace(" from GET " + url, "");
    AuthenticationException copy =
        new AuthenticationException(
            "the credentials for GET " + own + " were refused: " + text,
            error.statusCode(),
            error.errorCode(),
            error.serviceMessage(),
            error.requestId(),
            error.advice());
    copy.initCause(error);
    return copy;
  }
}
