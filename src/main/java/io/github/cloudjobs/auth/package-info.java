/**
 * How a request proves who sends it: {@link io.github.cloudjobs.auth.Credentials}, the {@link
 * io.github.cloudjobs.auth.CredentialsProvider} that is asked for them at every attempt, and the
 * {@link io.github.cloudjobs.auth.RequestSigner} that turns them into headers or a signed query.
 *
 * <p>Of the sources, {@code EnvironmentCredentials} and {@code FileCredentials} look for
 * themselves; {@code EcsMetadata} and {@code IamLogin} are asked by a {@code Refresher}, which
 * keeps what they hand out fresh as {@code Holding} decides; a {@code Chain} asks several. {@code
 * SourceHttp} is the one class that touches a socket, and {@code Surroundings} the one that reads
 * the environment or a clock. Nothing here knows of jobs, and no text made here holds a secret.
 */
@NullMarked
package io.github.cloudjobs.auth;

import org.jspecify.annotations.NullMarked;
