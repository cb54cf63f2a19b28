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
  private static final int SHORTEST = 8; // no real token is shorter, and a word must stay readable

  static Redaction of(Request sent) {
    List<QuotedSecret> secrets = new ArrayList<>();
    Headers headers = sent.headers();
    for (int i = 0; i < headers.size(); i++) {
      if (SecretNames.isSecret(headers.name(i))) {
        String value = headers.value(i);
        int signature = value.indexOf(SIGNATURE);
        if (signature >= 0) {
          secrets.add(QuotedSecret.whole(value));
          add(secrets, value.substring(signature + SIGNATURE.length()));
        } else {
          add(secrets, value);
          add(secrets, value.substring(value.indexOf(' ') + 1)); // a word before it says what it is
        }
      }
    }
    return new Redaction(secrets);
  }

  private static void add(List<QuotedSecret> secrets, String secret) {
    if (secret.length() >= SHORTEST) {
      secrets.add(QuotedSecret.fromItsBeginning(secret));
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
