package io.github.cloudjobs.auth;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to IAM for a token, less the password. Immutable and pure.
 *
 * @param user the user's name, if {@code account} is given, else the user's id
 * @param account the name of the account that the user belongs to; null for a user's id
 * @param projectBy {@code id} or {@code name}
 * @param project the project that the token is to be good for
 */
record LoginBody(String user, @Nullable String account, String projectBy, String project) {
  /** Writes it as JSON: a secret, to be overwritten. */
  byte[] with(char[] password) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JsonTexts.JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("auth");
      json.writeObjectFieldStart("identity");
      json.writeArrayFieldStart("methods");
      json.writeString("password");
      json.writeEndArray();
      json.writeObjectFieldStart("password");
      json.writeObjectFieldStart("user");
      json.writeStringField(account == null ? "id" : "name", user);
      json.writeFieldName("password");
      json.writeString(password, 0, password.length);
      if (account != null) {
        named(json, "domain", "name", account);
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
      json.writeObjectFieldStart("scope");
      named(json, "project", projectBy, project);
    } catch (IOException e) { // which memory does not throw; the generator closes what is open
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void named(JsonGenerator json, String object, String key, String value)
      throws IOException {
    json.writeObjectFieldStart(object);
    json.writeStringField(key, value);
    json.writeEndObject();
  }
}
