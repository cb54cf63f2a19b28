/**
 * Errors as services write them. Both the answer to a query and that to a submitted request may be
 * one, so {@code http} and {@code model} read them here: {@link
 * io.github.cloudjobs.envelope.ErrorEnvelope} decides between {@code JsonErrors}, on what {@code
 * LooseJson} splits, and {@code MarkupErrors}; {@link io.github.cloudjobs.envelope.GatewayCode}
 * knows what the gateway's numbers mean. Hidden; knows nothing of jobs.
 */
@NullMarked
package io.github.cloudjobs.envelope;

import org.jspecify.annotations.NullMarked;
