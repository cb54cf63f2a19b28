/**
 * Text from outside, made safe to print or to send. A service's answer may hold line ends, escape
 * sequences or megabytes; what goes into an exception or a log goes through {@link
 * io.github.cloudjobs.text.SafeText} first, and what somebody else threw through {@link
 * io.github.cloudjobs.text.Thrown}; what a caller wants in a header, through {@link
 * io.github.cloudjobs.text.HeaderText}; what cannot be seen in a text that is refused is named by
 * {@link io.github.cloudjobs.text.Invisible}; a host that is to be this machine, through {@link
 * io.github.cloudjobs.text.Loopback}. Hidden.
 */
@NullMarked
package io.github.cloudjobs.text;

import org.jspecify.annotations.NullMarked;
