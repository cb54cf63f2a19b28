package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.text.Thrown;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an answer what its request proved itself with: a gateway that refuses a signature
 * quotes the headers it was made of, and some proxies echo them all. Pure.
 *
 * @param secrets what is taken out; the longest come first
 */
record Redaction(List<QuotedSecret> secrets) {
  private static final String SIGNATURE = "Signature=";
  private static final String TOKEN = "X-Auth-Token";
  private static final int SHORTEST_TOKEN = 8; // no real one is shorter, and words stay readable
  private static final int SHORTEST = 4; // what is shorter stands in any text
  private static final int KNOWN_BY_ITS_BEGINNING = 8;

  static Redaction of(Request sent) {
    List<QuotedSecret> secrets = new ArrayList<>();
    Headers headers = sent.headers();
    for (int i = 0; i < headers.size(); i++) {
      if (SecretNames.isSecret(headers.name(i))) {
        int shortest = headers.name(i).equalsIgnoreCase(TOKEN) ? SHORTEST_TOKEN : SHORTEST;
        String value = headers.value(i);
        int signature = value.indexOf(SIGNATURE);
        if (signature >= 0) {
          secrets.add(QuotedSecret.whole(value));
          add(secrets, value.substring(signature + SIGNATURE.length()), shortest);
        } else {
          add(secrets, value, shortest);
          add(
              secrets,
              value.substring(value.indexOf(' ') + 1),
              shortest); // a word before it says what it is
        }
      }
    }
    return new Redaction(secrets);
  }

  private static void add(List<QuotedSecret> secrets, String secret, int shortest) {
    if (secret.length() >= Math.max(shortest, KNOWN_BY_ITS_BEGINNING)) {
      secrets.add(QuotedSecret.fromItsBeginning(secret));
    } else if (secret.length() >= shortest) {
      secrets.add(QuotedSecret.whole(secret));
    }
  }

  /** Returns the text without the secrets. */
  @Nullable String text(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String clean = text;
    for (QuotedSecret secret : secrets) {
      clean = secret.takenOutOf(clean);
    }
    return clean;
  }

  /** Returns the bytes of a text without the secrets; the array itself if it holds none. */
  byte[] bytes(byte[] utf8) {
    String text = new String(utf8, UTF_8);
    String clean = text(text);
    return clean == null || clean.equals(text) ? utf8 : clean.getBytes(UTF_8);
  }

  /**
   * Returns a failure whose texts hold no secrets: what is no HTTP is quoted in the complaint about
   * it. That is the failure itself, or another of the same kind without its causes.
   */
  Throwable failure(Throwable failure) {
    List<String> said = failure instanceof IOException ? Thrown.messages(failure) : List.of();
    if (said.stream().allMatch(each -> each.equals(text(each)))) {
      return failure;
    }
    String clean = text(said.get(0));
    IOException told =
        failure instanceof ProtocolException
            ? new ProtocolException(clean)
            : new IOException(clean);
    told.setStackTrace(failure.getStackTrace());
    return told;
  }

  /** Never the secrets. */
  @Override
  public String toString() {
    return "Redaction[" + secrets.size() + "]";
  }
}
