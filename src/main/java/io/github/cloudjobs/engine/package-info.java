/**
 * Runs waits. {@link io.github.cloudjobs.engine.Engine} starts them. A {@code Wait} is the future
 * that the caller holds; all waits for one job share a {@code PollStream}. When a poll is due, the
 * stream queues it at the {@code PollLimiters}, which bound the polls in flight and apply the rate
 * of each quota. The result goes back to the waits; each processes it on the executor by the logic
 * of {@code io.github.cloudjobs.step}, notifies its listeners and sets the time of its next poll.
 *
 * <p>One {@link io.github.cloudjobs.engine.WaitTimer} thread runs the timer tasks, which are the
 * streams and the limiters. Polls are made by a {@link io.github.cloudjobs.engine.PollSource}, so
 * nothing here depends on HTTP. Not exported.
 */
@NullMarked
package io.github.cloudjobs.engine;

import org.jspecify.annotations.NullMarked;
