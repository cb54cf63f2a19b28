/**
 * What callers pass to a wait and receive from it. {@link io.github.cloudjobs.wait.WaitOptions}
 * with a {@link io.github.cloudjobs.wait.PollSchedule} and {@link
 * io.github.cloudjobs.wait.WaitListener}s describe the wait; a {@link
 * io.github.cloudjobs.wait.WaitOutcome} or a {@link io.github.cloudjobs.wait.JobWaitException} is
 * its result, and a {@link io.github.cloudjobs.wait.WaitToken} resumes it elsewhere. Listeners
 * receive a {@link io.github.cloudjobs.wait.WaitProgress} after each successful poll and a {@link
 * io.github.cloudjobs.wait.PollFailure} after each failed one; {@link
 * io.github.cloudjobs.wait.ConsoleProgress} is a listener. No clock, no thread.
 */
@NullMarked
package io.github.cloudjobs.wait;

import org.jspecify.annotations.NullMarked;
