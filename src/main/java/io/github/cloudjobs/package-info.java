/**
 * Queries the asynchronous jobs of Huawei Cloud, Open Telekom Cloud and FlexibleEngine, and waits
 * for them to end. {@link io.github.cloudjobs.JobsClient} is the entry point; a {@link
 * io.github.cloudjobs.JobsService} runs jobs, and a {@link io.github.cloudjobs.Cloud} has its
 * hosts.
 *
 * <p>A poll goes {@code JobsClient} → {@code http.JobPoller} → OkHttp → {@code http.ResponseReader}
 * → {@link io.github.cloudjobs.model.Job}. A wait goes {@code JobsClient} → {@code Waits} → {@code
 * engine.Wait}. {@code engine.PollStream} makes its polls in the same way, and {@code
 * step.WaitStep} decides after each response.
 */
@NullMarked
package io.github.cloudjobs;

import org.jspecify.annotations.NullMarked;
