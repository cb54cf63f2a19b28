package io.github.cloudjobs;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignableRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** Looks at requests as a gateway would that gets them from OkHttp. */
final class SignedRequests {
  private SignedRequests() {}

  static boolean isSignedBy(Credentials credentials, Request request) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    request.headers().forEach(h -> headers.add(Map.entry(h.getFirst(), h.getSecond())));
    SignableRequest arrived =
        SignableRequest.get(
                host(request.url()), "/" + String.join("/", request.url().pathSegments()))
            .withHeaders(headers);
    return RequestSigner.standard().verifies(arrived, credentials);
  }

  /** As OkHttp writes the header {@code Host}. */
  private static String host(HttpUrl url) {
    String authority = url.newBuilder().encodedPath("/").build().toString();
    return authority.substring(authority.indexOf("//") + 2, authority.length() - 1);
  }
}
