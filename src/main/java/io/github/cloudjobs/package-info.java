/**
 * Asks Huawei Cloud, Open Telekom Cloud and FlexibleEngine how an asynchronous job is doing, and
 * waits for it to end. {@link io.github.cloudjobs.JobsClient} is the front door; {@link
 * io.github.cloudjobs.JobsService} says whose jobs are asked for, {@link io.github.cloudjobs.Cloud}
 * where that service is.
 *
 * <p>A poll goes {@code JobsClient} → {@code http.JobPoller} → OkHttp → {@code http.AnswerReader} →
 * {@link io.github.cloudjobs.model.Job}. A wait goes {@code JobsClient} → {@code Waits} → {@code
 * engine.Wait}, for which {@code engine.PollStream} polls the same way, and which asks {@code
 * step.WaitStep} after each answer what to do.
 */
@NullMarked
package io.github.cloudjobs;

import org.jspecify.annotations.NullMarked;
