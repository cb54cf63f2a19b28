package io.github.cloudjobs.samples;

// begin
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.time.Instant;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

record ServerActions(OkHttpClient http, HttpUrl endpoint, String projectId, Credentials key) {
  JobRef stop(String serverId) throws IOException {
    String body = "{\"os-stop\": {\"servers\": [{\"id\": \"" + serverId + "\"}]}}";
    Request request =
        new Request.Builder()
            .url(endpoint.resolve("/v1/" + projectId + "/cloudservers/action"))
            .post(RequestBody.create(body, MediaType.get("application/json")))
            .build();
    Instant now = Instant.now();
    Request signed = RequestSigner.standard().sign(request, key, now);
    try (Response response = http.newCall(signed).execute()) {
      return JobRef.fromSubmission(projectId, response.body().string(), now);
    }
  }
}
// end
