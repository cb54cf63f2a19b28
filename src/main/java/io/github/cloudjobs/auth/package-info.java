/**
 * Credentials, their sources, and the signature of requests. {@link
 * io.github.cloudjobs.auth.RequestSigner} adds {@link io.github.cloudjobs.auth.Credentials} of a
 * {@link io.github.cloudjobs.auth.CredentialsProvider} to a request, by {@code Signature} if they
 * are an access key.
 *
 * <p>{@code EnvironmentCredentials} and {@code FileCredentials} read their sources directly. {@code
 * CachedCredentials} caches and renews those of {@code EcsMetadata} and {@code IamLogin}, which use
 * {@code SourceHttp}. {@code ChainedCredentials} tries several. {@code SystemEnvironment} alone
 * reads the environment, system properties and clocks. No message of this package contains a
 * secret.
 */
@NullMarked
package io.github.cloudjobs.auth;

import org.jspecify.annotations.NullMarked;
