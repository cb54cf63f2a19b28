/**
 * How a request proves who sends it: {@link io.github.cloudjobs.auth.Credentials}, the {@link
 * io.github.cloudjobs.auth.CredentialsProvider} that is asked for them at every attempt, and the
 * {@link io.github.cloudjobs.auth.RequestSigner} that turns them into headers or a signed query.
 * Nothing here knows of jobs or touches a socket, and no text made here holds a secret.
 */
@NullMarked
package io.github.cloudjobs.auth;

import org.jspecify.annotations.NullMarked;
