package io.github.cloudjobs.envelope;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves what markup writes for single characters, by name or by number. Pure. */
final class CharacterReferences {
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:(lt|gt|amp|quot|apos|nbsp)|#(\\d{1,7})|#[xX](\\p{XDigit}{1,6}));");
  private static final Map<String, String> NAMED =
      Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ");

  private CharacterReferences() {}

  static String resolved(String text) {
    return text.indexOf('&') < 0
        ? text
        : REFERENCE.matcher(text).replaceAll(r -> Matcher.quoteReplacement(character(r)));
  }

  private static String character(MatchResult reference) {
    if (reference.group(1) != null) {
      return NAMED.getOrDefault(reference.group(1), "");
    }
    int point =
        reference.group(2) != null
            ? Integer.parseInt(reference.group(2))
            : Integer.parseInt(reference.group(3), 16);
    return Character.isValidCodePoint(point) ? Character.toString(point) : reference.group();
  }
}
