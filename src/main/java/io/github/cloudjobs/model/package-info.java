/**
 * What a job query answers: a {@link io.github.cloudjobs.model.Job}, its {@link
 * io.github.cloudjobs.model.SubJob}s, and the {@link io.github.cloudjobs.model.Entities} they name.
 * One hidden reader turns a body into these, leniently: nothing a service sends inside well-formed
 * JSON breaks it, and nothing is lost. Everything here is immutable; nothing knows of HTTP.
 */
@NullMarked
package io.github.cloudjobs.model;

import org.jspecify.annotations.NullMarked;
