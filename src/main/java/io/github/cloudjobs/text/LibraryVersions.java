package io.github.cloudjobs.text;

import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Explains a {@link LinkageError} that names a class of OkHttp, Okio or Jackson: the class path has
 * another version of that library than the one this library was compiled with.
 */
final class LibraryVersions {
  /** A class; with a parenthesis behind it, a class and its method. */
  private static final Pattern NAME =
      Pattern.compile("\\b(okhttp3|okio|com[./]fasterxml[./]jackson)[./][\\w$./]*\\w(?=(\\()?)");

  private static final int MESSAGE_LENGTH = 300;

  /** A jar that others bring too, and one of its classes, which every version has. */
  private enum Library {
    OKHTTP("okhttp3.OkHttpClient", "okhttp3"),
    OKIO("okio.Okio", "okio"),
    JACKSON_CORE("com.fasterxml.jackson.core.JsonFactory", "jackson"),
    JACKSON_ANNOTATIONS("com.fasterxml.jackson.annotation.JsonProperty", "jackson"),
    JACKSON_DATABIND("com.fasterxml.jackson.databind.ObjectMapper", "jackson");

    final String known;
    final String bom;

    Library(String known, String bom) {
      this.known = known;
      this.bom = bom;
    }

    boolean contains(String className) {
      return className.startsWith(known.substring(0, known.lastIndexOf('.') + 1));
    }
  }

  private LibraryVersions() {}

  /**
   * Returns what is missing, which jar its library comes from, and what to import.
   *
   * @return null if the error names none of these libraries
   * @throws Exception if a class or this library's own list of versions cannot be read
   */
  static @Nullable String explain(LinkageError error) throws Exception {
    for (Throwable each : Throwables.chain(error)) {
      String message = each.getMessage();
      String name = message != null && isAboutVersions(each, message) ? missing(message) : null;
      for (Library library : Library.values()) {
        if (message != null && name != null && library.contains(name)) {
          return "%s, %s; %s is another version than this library was compiled with: import %s"
              .formatted(
                  each.getClass().getSimpleName(),
                  SafeText.printable(message, MESSAGE_LENGTH),
                  jar(library),
                  versions().getProperty(library.bom));
        }
      }
    }
    return null;
  }

  /**
   * False for a class whose initializer failed, and for a native library: any version has these.
   */
  private static boolean isAboutVersions(Throwable error, String message) {
    return error instanceof LinkageError
        && !(error instanceof UnsatisfiedLinkError)
        && !message.startsWith("Could not initialize class");
  }

  /** Returns the class of the first method that is named, or else the first class. */
  private static @Nullable String missing(String message) {
    Matcher name = NAME.matcher(message);
    String first = null;
    while (name.find()) {
      if (first == null || name.group(2) != null) {
        first = name.group().replace('/', '.');
      }
      if (name.group(2) != null) {
        break;
      }
    }
    return first;
  }

  /** Returns the file name alone: its folder may have a user's name in it. */
  private static String jar(Library library) throws ClassNotFoundException {
    ClassLoader loader = LibraryVersions.class.getClassLoader();
    CodeSource source =
        Class.forName(library.known, false, loader).getProtectionDomain().getCodeSource();
    return source == null
        ? library.known
        : source.getLocation().getPath().replaceFirst("[!/]*$", "").replaceFirst(".*/", "");
  }

  private static Properties versions() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = LibraryVersions.class.getResourceAsStream("libraries.properties")) {
      versions.load(in);
    }
    return versions;
  }
}
