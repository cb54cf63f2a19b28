/**
 * A job service inside your process, for your own tests and for trying this library out. {@link
 * io.github.cloudjobs.testing.SimulatedJobs} listens on 127.0.0.1 and answers polls as the clouds
 * do. Each {@link io.github.cloudjobs.testing.SimulatedJob} is a script that is submitted to it,
 * and {@link io.github.cloudjobs.testing.Fault} is what goes wrong on request.
 *
 * <p>The HTTP server is the JDK's: on a module path start with {@code --add-modules
 * jdk.httpserver}. A poll comes in through it, becomes a request, and is answered by one hidden
 * service: the path names a job, a fault may step in, the gatekeeper checks the credentials, and
 * the body is written as a pure function of the script and the time.
 *
 * <p>{@link io.github.cloudjobs.testing.VirtualTime} makes hours of waiting take milliseconds. A
 * test that needs exact response bodies can use OkHttp's {@code MockWebServer}. {@link
 * io.github.cloudjobs.testing.Quickstart} shows the library at work. Nothing else of this library
 * imports this package.
 */
@NullMarked
package io.github.cloudjobs.testing;

import org.jspecify.annotations.NullMarked;
