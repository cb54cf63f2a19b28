/**
 * The logic of a wait, without clock, thread or socket. {@link io.github.cloudjobs.step.WaitStep}
 * takes the {@link io.github.cloudjobs.step.WaitPlan}, the {@link
 * io.github.cloudjobs.step.WaitState} and the {@link io.github.cloudjobs.step.PollResult}, and
 * returns when to poll next or the {@link io.github.cloudjobs.step.WaitTermination}. Plan and state
 * fit into a token, from which {@link io.github.cloudjobs.step.ResumedWait} continues. {@link
 * io.github.cloudjobs.step.JobChanges} compares two responses. All types are immutable; times are
 * passed in as nanoseconds since the wait began. Not exported.
 */
package io.github.cloudjobs.step;
