package app;

import com.squareup.moshi.Moshi;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJobs;
import java.io.IOException;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Reads the job's JSON with Moshi, from the response's source of Okio. */
final class MoshiCall implements WaitForJob.OtherLibrary {
  @Override
  public void call(SimulatedJobs service, JobsClient client, JobRef job) throws IOException {
    Request request = client.signedRequest(job);
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      Map<?, ?> read =
          (Map<?, ?>)
              new Moshi.Builder().build().adapter(Object.class).fromJson(response.body().source());
      WaitForJob.require("SUCCESS".equals(read.get("status")), "SUCCESS from Moshi: " + read);
    }
  }
}
