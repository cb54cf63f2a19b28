/**
 * The errors between this library and a service: {@link
 * io.github.cloudjobs.error.JobsServiceException} for an error response, {@link
 * io.github.cloudjobs.error.JobsTransportException} for none, {@link
 * io.github.cloudjobs.error.MalformedJobException} for one that cannot be read. The exceptions that
 * end a wait are in {@code io.github.cloudjobs.wait}. All are unchecked {@link
 * io.github.cloudjobs.error.JobsException}s, and none contains a key; secrets that a service
 * repeats are removed.
 *
 * <p>The constructors may change, except that of {@link
 * io.github.cloudjobs.error.JobsTransportException}, for use in a {@code CredentialsProvider}.
 */
@NullMarked
package io.github.cloudjobs.error;

import org.jspecify.annotations.NullMarked;
