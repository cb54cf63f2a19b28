/**
 * Drives waits. {@link io.github.cloudjobs.engine.Engine} starts them. A {@code Wait} is the future
 * that its caller holds; all waits for one job take part in one {@code PollStream}, which polls
 * when the first of them wishes; the {@code PollGate} lets the polls through, as many at once as
 * may be in flight and as many per second as the {@code Lane} of their quota has found out. An
 * answer goes back to the waits, and each hands it to the pure step of {@code
 * io.github.cloudjobs.step}, tells its listener, and wishes again.
 *
 * <p>One {@link io.github.cloudjobs.engine.WaitTimer} thread keeps time for all of them and only
 * enqueues: what it rings are {@link io.github.cloudjobs.engine.Alarm}s, which the streams and the
 * lanes themselves are. How a poll is made is handed in as a {@link
 * io.github.cloudjobs.engine.PollSource}, so nothing here knows of HTTP. Hidden.
 */
@NullMarked
package io.github.cloudjobs.engine;

import org.jspecify.annotations.NullMarked;
