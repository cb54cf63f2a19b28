package io.github.cloudjobs.model;

import com.fasterxml.jackson.databind.module.SimpleModule;

/**
 * Teaches a Jackson {@code ObjectMapper} to write and read what this package holds, alone or within
 * a caller's own types:
 *
 * <ul>
 *   <li>{@link Job}, {@link SubJob}: the JSON object that they were read from, complete, on one
 *       line; equal when read back
 *   <li>{@link Entities}: their JSON value, {@code null} if they are absent; equal when read back
 *   <li>{@link JobRef}: {@code {"projectId", "jobId", "submittedAt"}}, the time as ISO 8601 text or
 *       null; epoch seconds are read too
 *   <li>{@link JobFailure}: an object of its components
 * </ul>
 *
 * <p>The names and forms do not depend on the mapper's settings, so what one application stores
 * another can read. Keys that a later version adds are passed over. Where JSON is not written as
 * text ({@code valueToTree}, other formats) numbers keep their value but not their spelling.
 *
 * <p>Register it with {@code JsonMapper.builder().addModule(new JobsModule())}; {@code
 * findAndAddModules()} finds it. Nothing else in the library needs it, and polls do not load it.
 * For {@code java.time} in types of your own, register {@code JavaTimeModule} beside it.
 */
public final class JobsModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  /** Creates the module; it has no settings. */
  public JobsModule() {
    super("io.github.cloudjobs");
    addSerializer(new KeptJsonWriter<>(Job.class, JobReport::source, JobReport::root));
    addSerializer(new KeptJsonWriter<>(SubJob.class, JobReport::source, JobReport::root));
    addSerializer(new KeptJsonWriter<>(Entities.class, Entities::source, Entities::start));
    addSerializer(new JobRefJson.Writer());
    addSerializer(new JobFailureJson.Writer());
    addDeserializer(Job.class, new KeptJsonReader<>(Job.class, JobReader::read, null));
    addDeserializer(SubJob.class, new KeptJsonReader<>(SubJob.class, JobReader::readSubJob, null));
    addDeserializer(
        Entities.class,
        new KeptJsonReader<>(Entities.class, JobReader::readEntities, Entities.NONE));
    addDeserializer(JobRef.class, new JobRefJson.Reader());
    addDeserializer(JobFailure.class, new JobFailureJson.Reader());
  }
}
