/**
 * A simulated job service for tests, and virtual time. {@code LoopbackServer} passes a request to
 * {@link io.github.cloudjobs.testing.SimulatedJobs}, which applies the quota and the {@link
 * io.github.cloudjobs.testing.Fault}s, calls {@code Authenticator}, and returns the body of a
 * {@code SubmittedJob} at the current time. No other package depends on this one.
 */
@NullMarked
package io.github.cloudjobs.testing;

import org.jspecify.annotations.NullMarked;
