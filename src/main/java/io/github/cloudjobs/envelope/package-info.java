/**
 * Errors as services write them. Both the answer to a query and that to a submitted request may be
 * one, so {@code http} and {@code model} read them here. Hidden; knows nothing of jobs.
 */
@NullMarked
package io.github.cloudjobs.envelope;

import org.jspecify.annotations.NullMarked;
