package io.github.cloudjobs.step;

/**
 * Whose jobs a client waits for; what a token must agree with. Immutable.
 *
 * @param endpoint the address of the service
 * @param service its name, for people
 * @param pathTemplate where it answers for a job
 */
public record WaitOrigin(String endpoint, String service, String pathTemplate) {}
