/**
 * The pure step of a wait: what is known and what a poll just brought go in, when to poll next or
 * how the wait ended comes out. {@link io.github.cloudjobs.step.WaitStep} decides, over {@link
 * io.github.cloudjobs.step.WaitPlan} (what was asked for) and {@link
 * io.github.cloudjobs.step.WaitState} (what was learned so far). Both fit into a token, by {@code
 * TokenCodec}, and {@link io.github.cloudjobs.step.KeptWait} goes on with them. {@link
 * io.github.cloudjobs.step.SubJobChange} and {@link io.github.cloudjobs.step.NewIds} tell what one
 * answer has that the one before had not. No clock, no thread, no socket: times are nanoseconds
 * since the wait began, and are handed in. Hidden.
 */
@NullMarked
package io.github.cloudjobs.step;

import org.jspecify.annotations.NullMarked;
