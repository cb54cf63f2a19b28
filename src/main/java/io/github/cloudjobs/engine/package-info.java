/**
 * Runs waits. {@link io.github.cloudjobs.engine.Engine} starts them. A {@code Wait} is the future
 * that the caller holds; all waits for one job share a {@code PollStream}, which queues its {@code
 * Poll}s at the {@code PollLimiters}: these bound the polls in flight and apply the rate of each
 * quota. Each wait processes the result on the executor by the logic of {@code step}, notifies its
 * listeners and sets the time of its next poll. One {@code WaitTimer} thread runs the streams and
 * limiters when they are due. Polls are made by a {@code PollSource}, not by HTTP here. Not
 * exported.
 */
package io.github.cloudjobs.engine;
