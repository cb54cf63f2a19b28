package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Sends signed requests to a simulation, without retries. */
final class Poller {
  record Reply(int status, Headers headers, String body) {}

  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder().retryOnConnectionFailure(false).build();

  private final SimulatedJobs cloud;
  private final Clock clock;
  private RequestSigner signer = RequestSigner.standard();

  Poller(SimulatedJobs cloud, Clock clock) {
    this.cloud = cloud;
    this.clock = clock;
  }

  Poller signingWith(RequestSigner other) {
    signer = other;
    return this;
  }

  static String path(JobRef job) {
    return "/v1/" + job.projectId() + "/jobs/" + job.jobId();
  }

  Job job(JobRef job) {
    return Job.fromJson(poll(job).body());
  }

  Reply poll(JobRef job) {
    return get(path(job));
  }

  Reply get(String path) {
    return get(path, cloud.credentials());
  }

  Reply get(String path, Credentials credentials) {
    return send(signed(path, credentials).build());
  }

  Request.Builder signed(String path, Credentials credentials) {
    return signed(new Request.Builder().url(cloud.endpoint() + path).build(), credentials);
  }

  Request.Builder signed(Request request, Credentials credentials) {
    String[] names = request.headers().names().toArray(new String[0]);
    return signer.sign(request, credentials, clock.instant(), names).newBuilder();
  }

  Reply send(Request request) {
    try (Response response = HTTP.newCall(request).execute()) {
      return new Reply(response.code(), response.headers(), response.body().string());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
