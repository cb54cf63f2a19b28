/**
 * What can go wrong between this library and a service, each kind told apart by type: {@link
 * io.github.cloudjobs.error.JobsServiceException} if the service answered with an error, {@link
 * io.github.cloudjobs.error.JobsTransportException} if it did not answer, {@link
 * io.github.cloudjobs.error.MalformedJobException} if its answer cannot be read. What ends a wait
 * is in {@code io.github.cloudjobs.wait}. All are unchecked {@link
 * io.github.cloudjobs.error.JobsException}s, and none holds a key; what a service quotes back of a
 * token or a signature is taken out, unless a page breaks it up with tags.
 *
 * <p>Their constructors are public for the library and for tests; they are no part of the promise,
 * but for that of {@link io.github.cloudjobs.error.JobsTransportException}, which a {@code
 * CredentialsProvider} throws if its source is away.
 */
@NullMarked
package io.github.cloudjobs.error;

import org.jspecify.annotations.NullMarked;
