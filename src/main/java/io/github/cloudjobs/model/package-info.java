/**
 * The response to a job query: a {@link io.github.cloudjobs.model.Job}, its {@link
 * io.github.cloudjobs.model.SubJob}s and their {@link io.github.cloudjobs.model.Entities}; {@link
 * io.github.cloudjobs.model.JobRef} is the address of a job. Everything is immutable.
 *
 * <p>{@link io.github.cloudjobs.model.Job#fromJson(byte[])} calls {@code JobReader}, which checks
 * the JSON in one pass and notes a few positions; the job keeps the bytes. Accessors find the other
 * values in them as {@code JsonValue}s: times by {@code JobTimes}, failures by {@code JobError},
 * ids by {@code ResourceIds}, nodes by {@code JsonNodes}. {@link
 * io.github.cloudjobs.model.JobsModule} writes and reads all of it with Jackson.
 */
@NullMarked
package io.github.cloudjobs.model;

import org.jspecify.annotations.NullMarked;
