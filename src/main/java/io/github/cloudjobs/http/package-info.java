/**
 * One poll over HTTP. {@link io.github.cloudjobs.http.JobPoller} builds the URL, each {@code
 * HttpPoll} is one poll in flight, {@code SigningInterceptor} gets credentials and signs when the
 * call starts, OkHttp sends it, and {@code ResponseReader} reads the response into a job or an
 * exception. Clients made by {@code with} share a {@link io.github.cloudjobs.http.Transport}:
 * connections, credentials, the learned clock offset, and {@code CredentialBreaker}, which keeps a
 * refused key from being locked. To the engine a {@code JobPoller} is a {@code PollSource}. Not
 * exported.
 */
package io.github.cloudjobs.http;
