package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URLEncoder;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignableRequestTest {
  private static final SignableRequest POLL = SignableRequest.get("host", "/v1/p/jobs/j");

  @Test
  void everyCharacterIsEncodedAsTheGuideSays() {
    for (int c = 1; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 97) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        String text = Character.toString(c);
        String expected =
            URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
        assertThat(PercentEncoding.encode(text)).isEqualTo(expected);
        assertThat(SignableRequest.get("host", "/" + text).encodedPath())
            .isEqualTo(c == '/' ? "//" : "/" + expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/\ud83d", "/\ude80", "/\ud83dx", "/\ude80\ud83d"})
  void halfACharacterIsRefusedAndNotSignedAsAQuestionMark(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignableRequest.get("host", path).encodedPath());
    assertThat(SignableRequest.get("host", path).toString()).startsWith("GET host/?");
  }

  @Test
  void anEmptyPathIsASlash() {
    assertThat(SignableRequest.get("host", "")).isEqualTo(SignableRequest.get("host", "/"));
  }

  @Test
  void theMethodIsInUpperCase() {
    assertThat(POLL.withBody("post", new byte[0]).method()).isEqualTo("POST");
  }

  @Test
  void aBodyIsRepresentedByItsHash() {
    assertThat(POLL.withBody("GET", new byte[0])).isEqualTo(POLL);
    assertThat(POLL.withBody("POST", "{}".getBytes(UTF_8)).payloadHash())
        .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  }

  @Test
  void laterChangesOfWhatWasHandedInDoNotReachIt() {
    SimpleEntry<String, String> pair = new SimpleEntry<>("X-A", "1");
    List<Map.Entry<String, String>> pairs = new ArrayList<>(List.of(pair));
    SignableRequest request = POLL.withQuery(pairs).withHeaders(pairs);
    pair.setValue("2");
    pairs.clear();
    assertThat(request.query()).containsExactly(Map.entry("X-A", "1"));
    assertThat(request.headers()).containsExactly(Map.entry("X-A", "1"));
  }

  @Test
  void whatHttpCannotCarryIsRefused() {
    for (String host : new String[] {null, "", "a b", "a/b", "user@host", "a\nb", "hôst"}) {
      assertRefused(() -> SignableRequest.get(host, "/"));
    }
    for (String path : new String[] {null, "v1", "?x"}) {
      assertRefused(() -> SignableRequest.get("host", path));
    }
    for (String method : new String[] {null, "", "GET /", "GÉT"}) {
      assertRefused(() -> POLL.withBody(method, new byte[0]));
    }
    for (String name : new String[] {"", "a b", "a:b", "a;b", "a\n", "ключ"}) {
      assertRefused(() -> POLL.withHeaders(List.of(Map.entry(name, ""))));
    }
    for (String value : new String[] {"hush\n", "hush\r", "ключ hush", "hush\t"}) {
      assertRefused(() -> POLL.withHeaders(List.of(Map.entry("X-A", value))));
    }
    assertRefused(() -> POLL.withHeaders(null));
    assertRefused(() -> POLL.withQuery(null));
    assertRefused(() -> POLL.withQuery(Collections.singletonList(null)));
    assertRefused(() -> POLL.withQuery(List.of(new SimpleEntry<>("hush", null))));
    assertRefused(() -> POLL.withQuery(List.of(new SimpleEntry<>(null, "hush"))));
    assertRefused(() -> new SignableRequest("GET", "host", "/", List.of(), List.of(), ""));
  }

  private static void assertRefused(Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageNotContaining("hush");
  }
}
