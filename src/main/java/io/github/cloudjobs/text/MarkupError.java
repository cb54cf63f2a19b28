package io.github.cloudjobs.text;

import io.github.cloudjobs.text.ErrorObject.Field;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the error in XML by the names of its elements, and the visible text of an HTML page. It
 * scans for tags and resolves no entity but character references, so a document cannot make it
 * fetch or multiply anything.
 */
final class MarkupError {
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:(lt|gt|amp|quot|apos|nbsp)|#(\\d{1,7})|#[xX](\\p{XDigit}{1,6}));");
  private static final Map<String, String> NAMED =
      Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ");
  private static final int PAGE_LENGTH = 300;
  private static final int PROLOGUE = 1_000; // a page names itself HTML in here

  private final String text;
  private final UnaryOperator<@Nullable String> hide;
  private final Map<Field, String> fields = new EnumMap<>(Field.class);
  private final Set<String> pieces = new LinkedHashSet<>(); // pages repeat their headings
  private final StringBuilder piece = new StringBuilder();
  private String element = "";
  private int pageLength;

  private MarkupError(String text, UnaryOperator<@Nullable String> hide) {
    this.text = text;
    this.hide = hide;
  }

  static ErrorEnvelope read(String text, UnaryOperator<@Nullable String> hide) {
    MarkupError errors = new MarkupError(text, hide);
    errors.scan();
    String prologue = text.substring(0, Math.min(PROLOGUE, text.length())).toLowerCase(Locale.ROOT);
    if (prologue.contains("<html") || prologue.contains("<!doctype html")) {
      errors.keepPiece(); // a page may be cut; an element has to be whole
      return new ErrorEnvelope(null, errors.page(), null, false);
    }
    Map<Field, String> fields = errors.fields;
    return new ErrorEnvelope(
        fields.get(Field.CODE), fields.get(Field.MESSAGE), fields.get(Field.REQUEST_ID), false);
  }

  private void scan() {
    int at = 0;
    while (at < text.length()) {
      int tag = text.indexOf('<', at);
      if (tag < 0) {
        piece.append(text, at, text.length());
        return;
      }
      piece.append(text, at, tag);
      at = tag + 1;
      if (text.startsWith("![CDATA[", at)) {
        int end = end("]]>", at);
        piece.append(text, at + "![CDATA[".length(), Math.max(end, at + "![CDATA[".length()));
        at = end + "]]>".length();
      } else if (text.startsWith("!--", at)) {
        at = end("-->", at) + "-->".length();
      } else {
        at = tag(at);
      }
    }
  }

  private int end(String mark, int from) {
    int found = text.indexOf(mark, from);
    return found < 0 ? text.length() : found;
  }

  /** Ends the piece of text before a tag; returns where to read on. */
  private int tag(int at) {
    keepPiece();
    int end = end(">", at);
    String name = nameOf(text.substring(at, Math.min(end, at + PAGE_LENGTH)));
    element = name;
    return name.equals("script") || name.equals("style") ? endTag(name, end) : end + 1;
  }

  private int endTag(String name, int from) {
    int found = end("</", from);
    while (found < text.length() && !text.regionMatches(true, found + 2, name, 0, name.length())) {
      found = end("</", found + 1);
    }
    return found;
  }

  /** The name in lower case and without its prefix; of an end tag, empty. */
  private static String nameOf(String tag) {
    int end = 0;
    while (end < tag.length()
        && (Character.isLetterOrDigit(tag.charAt(end)) || isJoint(tag, end))) {
      end++;
    }
    String name = tag.substring(0, end);
    return name.substring(name.indexOf(':') + 1).toLowerCase(Locale.ROOT);
  }

  private static boolean isJoint(String tag, int at) {
    return ":_-.".indexOf(tag.charAt(at)) >= 0;
  }

  private void keepPiece() {
    String clean = hide.apply(resolved(piece.toString())); // the cut may go through a secret
    String kept = clean == null ? "" : SafeText.printable(clean, PAGE_LENGTH);
    piece.setLength(0);
    if (kept.isEmpty()) {
      return;
    }
    fields.putIfAbsent(Field.of(element, false), kept);
    if (pageLength < PAGE_LENGTH && pieces.add(kept)) {
      pageLength += kept.length() + 1;
    }
  }

  private @Nullable String page() {
    return pieces.isEmpty() ? null : SafeText.printable(String.join(" ", pieces), PAGE_LENGTH);
  }

  /** Resolves character references, by name or by number. */
  private static String resolved(String text) {
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
