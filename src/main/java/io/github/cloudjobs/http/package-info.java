/**
 * One poll over HTTP. {@link io.github.cloudjobs.http.JobPoller} builds the URL ({@code Endpoint}
 * and {@code PathTemplate}), the {@code SigningInterceptor} asks for credentials and signs when the
 * call really starts, OkHttp carries it, and the {@code AnswerReader} makes a job or a typed error
 * of what came back. {@link io.github.cloudjobs.http.Transport} is what the clients of a family
 * share: the connections, the credentials, the learned clock offset, and the {@code
 * CredentialBreaker} that keeps a refused key from being tried until it is locked. Hidden; knows
 * nothing of waiting.
 */
@NullMarked
package io.github.cloudjobs.http;

import org.jspecify.annotations.NullMarked;
