package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerificationTest {
  private static final Instant AT = Instant.parse("2024-03-05T06:07:08Z");
  private static final Credentials KEY = Credentials.accessKey("AK", "SK");
  private static final Credentials TEMPORARY = Credentials.temporaryAccessKey("AK", "SK", "T");
  private static final Credentials TOKEN = Credentials.token("T");
  private static final SignableRequest SENT =
      SignableRequest.get("host", "/v1/p/jobs/j")
          .withQuery(List.of(Map.entry("a", "1")))
          .withHeaders(List.of(Map.entry("X-Project-Id", "p")));

  static Stream<RequestSigner> bothForms() {
    return Stream.of(RequestSigner.standard(), RequestSigner.scoped("eu-de", "ecs"));
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void takesWhatWasSignedWithTheAcceptedCredentialsAndNoOthers(RequestSigner signer) {
    Credentials other = Credentials.accessKey("AK", "other");
    List<Credentials> all = List.of(KEY, TEMPORARY, TOKEN, other, Credentials.token("other"));
    for (Credentials used : all) {
      for (Credentials accepted : all) {
        assertThat(signer.verifies(arrived(signer, used), accepted))
            .as("%s for %s", used, accepted)
            .isEqualTo(used.equals(accepted));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void otherHeadersThatCameAreNoMatter(RequestSigner signer) {
    SignableRequest arrived = arrived(signer, KEY);
    List<Map.Entry<String, String>> headers = new ArrayList<>(arrived.headers());
    headers.add(Map.entry("Accept", "*/*"));
    headers.add(Map.entry("accept", "text/plain"));
    assertThat(signer.verifies(arrived.withHeaders(headers), KEY)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void refusesWhateverWasChangedOnTheWay(RequestSigner signer) {
    SignableRequest arrived = arrived(signer, KEY);
    List<Map.Entry<String, String>> headers = arrived.headers();
    assertThat(
            Stream.of(
                arrived.withQuery(List.of()),
                arrived.withBody("POST", new byte[0]),
                arrived.withBody("GET", new byte[1]),
                SignableRequest.get("host", "/v1/p/jobs/k")
                    .withQuery(arrived.query())
                    .withHeaders(headers),
                SignableRequest.get("other", arrived.path())
                    .withQuery(arrived.query())
                    .withHeaders(headers)))
        .noneMatch(changed -> signer.verifies(changed, KEY));
    for (int i = 0; i < headers.size(); i++) {
      List<Map.Entry<String, String>> missing = new ArrayList<>(headers);
      Map.Entry<String, String> header = missing.remove(i);
      List<Map.Entry<String, String>> twice = new ArrayList<>(headers);
      twice.add(header);
      List<Map.Entry<String, String>> changed = new ArrayList<>(headers);
      changed.set(i, Map.entry(header.getKey(), header.getValue() + "0"));
      assertThat(Stream.of(missing, twice, changed))
          .noneMatch(others -> signer.verifies(arrived.withHeaders(others), KEY));
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void refusesAnAuthorizationThatIsNone(RequestSigner signer) {
    for (String authorization :
        List.of(
            "",
            "Basic x",
            ", SignedHeaders=, Signature=",
            ", Signature=, SignedHeaders=",
            ", SignedHeaders=host",
            ", SignedHeaders=host;HOST, Signature=",
            ", SignedHeaders=x-sdk-date;host;Host, Signature=0",
            ", SignedHeaders=host, Signature=0")) {
      SignableRequest arrived =
          SENT.withHeaders(
              List.of(
                  Map.entry("Authorization", authorization),
                  Map.entry("X-Sdk-Date", "20240305T060708Z")));
      assertThat(signer.verifies(arrived, KEY)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void refusesADateThatIsTooShort(RequestSigner signer) {
    SignableRequest arrived =
        SENT.withHeaders(
            List.of(
                Map.entry("Authorization", ", SignedHeaders=x-sdk-date, Signature=0"),
                Map.entry("X-Sdk-Date", "2024")));
    assertThat(signer.verifies(arrived, KEY)).isFalse();
  }

  private static SignableRequest arrived(RequestSigner signer, Credentials credentials) {
    List<Map.Entry<String, String>> headers = new ArrayList<>(SENT.headers());
    headers.addAll(signer.sign(SENT, credentials, AT).headers());
    return SENT.withHeaders(headers);
  }
}
