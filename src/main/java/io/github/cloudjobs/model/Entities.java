package io.github.cloudjobs.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cloudjobs.text.SafeText;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a job: the ids of servers, images or load balancers, or the details of an error.
 * The keys depend on the service and the job type, and more appear while the job runs.
 *
 * <p>A getter returns null if the key is absent, or its value is null, empty, an object or an
 * array; a number or boolean is returned as text. Entities that are an array or absent have no
 * keys; a string of JSON is opened. Immutable; each {@link JsonNode} is new.
 */
public final class Entities {
  /** The entities of a job without any. */
  static final Entities NONE = new Entities(JsonValue.NULL);

  private final JsonValue value;

  Entities(JsonValue value) {
    this.value = value;
  }

  /** {@code server_id}: ECS, BMS. */
  public @Nullable String serverId() {
    return string("server_id");
  }

  /** {@code nic_id}: ECS, BMS, SDRS. */
  public @Nullable String nicId() {
    return string("nic_id");
  }

  /** {@code image_id}: IMS. */
  public @Nullable String imageId() {
    return string("image_id");
  }

  /** {@code image_name}: IMS. */
  public @Nullable String imageName() {
    return string("image_name");
  }

  /** {@code elb_id}, or else the {@code id} of the object {@code elb}: ELB v1.0. */
  public @Nullable String elbId() {
    String id = string("elb_id");
    JsonValue elb = value.get("elb");
    return id != null || elb == null ? id : new Entities(elb).string("id");
  }

  /** {@code listener_id}: ELB v1.0. */
  public @Nullable String listenerId() {
    return string("listener_id");
  }

  /** {@code volume_id}: EVS, VBS. */
  public @Nullable String volumeId() {
    return string("volume_id");
  }

  /** {@code volume_type}: EVS. */
  public @Nullable String volumeType() {
    return string("volume_type");
  }

  /** {@code name}, of the volume: EVS. */
  public @Nullable String name() {
    return string("name");
  }

  /** {@code snapshot_id}: VBS. */
  public @Nullable String snapshotId() {
    return string("snapshot_id");
  }

  /** {@code backup_id}: VBS. */
  public @Nullable String backupId() {
    return string("backup_id");
  }

  /** {@code server_group_id}, of the protection group: SDRS. */
  public @Nullable String serverGroupId() {
    return string("server_group_id");
  }

  /** {@code protected_instance_id}: SDRS. */
  public @Nullable String protectedInstanceId() {
    return string("protected_instance_id");
  }

  /** {@code replication_pair_id}: SDRS. */
  public @Nullable String replicationPairId() {
    return string("replication_pair_id");
  }

  /** {@code native_server_id}: SDRS. */
  public @Nullable String nativeServerId() {
    return string("native_server_id");
  }

  /** {@code subJobId}: IMS, while an image is copied within a region. */
  public @Nullable String subJobId() {
    return string("subJobId");
  }

  /** {@code current_task}, such as {@code CreateImageByInstanceTask}: IMS. */
  public @Nullable String currentTask() {
    return string("current_task");
  }

  /** {@code process_percent} as sent: IMS; {@link JobReport#progress()} is from 0 to 1. */
  public @Nullable Double processPercent() {
    String text = string("process_percent");
    Double percent = text == null ? null : JobReport.number(text);
    return percent != null && Double.isFinite(percent) ? percent : null;
  }

  /** {@code errorcode_message}, JSON as text: ECS; see {@link JobFailure#innermostMessage()}. */
  public @Nullable String errorcodeMessage() {
    JsonValue message = value.get("errorcode_message");
    return message == null ? null : message.filledText();
  }

  /** The value of any key, a new node at each call; null if there is no such key. */
  public @Nullable JsonNode get(String key) {
    JsonValue found = value.get(key);
    return found == null ? null : JsonNodes.node(found);
  }

  /** The keys in the order of the response; none if this is no object. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(value.fields().keySet());
  }

  /** True if absent, null, a blank string, {@code {}} or {@code []}. */
  public boolean isEmpty() {
    if (value.isContainer()) {
      return value.fields().isEmpty() && value.elements().isEmpty();
    }
    String text = value.text();
    return text == null || text.isBlank();
  }

  /**
   * Binds the entities to a type of the caller by Jackson. Unknown keys are ignored, types of
   * {@code java.time} are supported. Absent, null and blank entities are bound like {@code {}}.
   *
   * @throws io.github.cloudjobs.error.JobsException if the value does not fit the type
   */
  public <T> T as(Class<T> type) {
    return JsonNodes.as(isEmpty() && !value.isContainer() ? JsonValue.EMPTY : value, type);
  }

  /** The whole value of any type, a new node at each call; JSON's null if it is absent. */
  public JsonNode json() {
    return JsonNodes.node(value);
  }

  JsonValue value() {
    return value;
  }

  /** Returns the value of a key as the getters do. */
  @Nullable String string(String key) {
    JsonValue found = value.get(key);
    return found == null || found.isContainer() ? null : found.filledText();
  }

  /** True for entities with equal JSON, whatever the white space. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Entities that && json().equals(that.json());
  }

  @Override
  public int hashCode() {
    return json().hashCode();
  }

  /** Lists the keys, without values. */
  @Override
  public String toString() {
    return "Entities" + SafeText.excerpt(keys().toString());
  }
}
