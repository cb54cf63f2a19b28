/**
 * What a caller says about a wait and learns from it: {@link io.github.cloudjobs.wait.WaitOptions}
 * with a {@link io.github.cloudjobs.wait.PollSchedule} and a {@link
 * io.github.cloudjobs.wait.WaitListener} go in; a {@link io.github.cloudjobs.wait.WaitOutcome} or
 * one of the {@link io.github.cloudjobs.wait.JobWaitException}s comes out, and a {@link
 * io.github.cloudjobs.wait.WaitToken} with which the wait goes on elsewhere. On the way the
 * listener hears of {@link io.github.cloudjobs.wait.WaitProgress} and {@link
 * io.github.cloudjobs.wait.PollFailure}s; {@link io.github.cloudjobs.wait.ConsoleProgress} is one
 * that shows them. No clock, no thread.
 */
@NullMarked
package io.github.cloudjobs.wait;

import org.jspecify.annotations.NullMarked;
