/**
 * What a job query answers: a {@link io.github.cloudjobs.model.Job}, its {@link
 * io.github.cloudjobs.model.SubJob}s, and the {@link io.github.cloudjobs.model.Entities} they name;
 * {@link io.github.cloudjobs.model.JobRef} is what to ask for. Everything here is immutable;
 * nothing knows of HTTP.
 *
 * <p>A body goes {@link io.github.cloudjobs.model.Job#fromJson(byte[])} → {@code BodyEncoding}, to
 * UTF-8 → {@code JobReader}, one pass that notes in {@code ReportFields} where each value begins →
 * {@code Job}, which keeps the bytes as {@code JsonBytes}. A value is made when an accessor asks
 * for it: a text from the bytes, a time by {@code JobTimes}, the failures by {@code JobFailures}
 * and {@code NestedError}, ids by {@code JobIds} and {@code ResourceIds}, a node by {@code
 * JsonNodes}. So a poll makes little, and nothing a service sends inside well-formed JSON breaks it
 * or is lost. {@link io.github.cloudjobs.model.JobsModule} carries all of it through Jackson and
 * back.
 */
@NullMarked
package io.github.cloudjobs.model;

import org.jspecify.annotations.NullMarked;
