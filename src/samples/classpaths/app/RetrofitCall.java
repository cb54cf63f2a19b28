package app;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.SimulatedJobs;
import java.io.IOException;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.HeaderMap;
import retrofit2.http.Url;

/** Gets the job with Retrofit. */
final class RetrofitCall implements WaitForJob.OtherLibrary {
  interface Service {
    @GET
    Call<ResponseBody> get(@Url String url, @HeaderMap Headers headers);
  }

  @Override
  public void call(SimulatedJobs service, JobsClient client, JobRef job) throws IOException {
    Request signed = client.signedRequest(job);
    Response<ResponseBody> response =
        new Retrofit.Builder()
            .baseUrl(service.endpoint())
            .build()
            .create(Service.class)
            .get(signed.url().toString(), signed.headers())
            .execute();
    try (ResponseBody body = response.body()) {
      WaitForJob.require(body != null, "a job from Retrofit: " + response);
      WaitForJob.require(
          Job.fromJson(body.bytes()).status() == JobStatus.SUCCESS, "SUCCESS from Retrofit");
    }
  }
}
