/**
 * Drives waits. {@link io.github.cloudjobs.engine.Engine} starts them; a {@code Wait} polls when
 * its time has come, hands each answer to the pure step of {@code io.github.cloudjobs.step}, tells
 * the listener, and does what was decided. One {@link io.github.cloudjobs.engine.WaitTimer} thread
 * keeps time for all of them and only enqueues; how a poll is made is handed in as a {@link
 * io.github.cloudjobs.engine.PollSource}, so nothing here knows of HTTP. Hidden.
 */
@NullMarked
package io.github.cloudjobs.engine;

import org.jspecify.annotations.NullMarked;
