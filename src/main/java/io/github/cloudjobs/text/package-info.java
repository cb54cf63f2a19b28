/**
 * Text from outside, made safe to print or to send: {@link io.github.cloudjobs.text.SafeText} for
 * messages and logs, {@link io.github.cloudjobs.text.HeaderText} for headers, keys and passwords,
 * {@link io.github.cloudjobs.text.Throwables} for exceptions of other authors. {@link
 * io.github.cloudjobs.text.Secrets} hides the secrets of a request, and {@link
 * io.github.cloudjobs.text.ErrorEnvelope} reads error bodies. Not exported.
 */
package io.github.cloudjobs.text;
