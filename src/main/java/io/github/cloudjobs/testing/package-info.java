/**
 * A simulated job service for tests, and virtual time.
 *
 * <p>{@link io.github.cloudjobs.testing.SimulatedJobs} is an HTTP server on 127.0.0.1 that runs
 * {@link io.github.cloudjobs.testing.SimulatedJob}s and injects {@link
 * io.github.cloudjobs.testing.Fault}s. A request passes from {@code LoopbackServer} to {@code
 * JobService}, which applies the quota and the faults, calls {@code Authenticator}, and returns the
 * body of a {@code SubmittedJob} at the current time.
 *
 * <p>With {@link io.github.cloudjobs.testing.VirtualTime} waits of hours take milliseconds. A test
 * that needs exact response bodies can use OkHttp's {@code MockWebServer}. {@link
 * io.github.cloudjobs.testing.Quickstart} demonstrates the library. No other package depends on
 * this one.
 */
@NullMarked
package io.github.cloudjobs.testing;

import org.jspecify.annotations.NullMarked;
