import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prepares the documents for {@code mvn site}. They are written to be read in the repository: links
 * lead to files, and Mermaid is drawn by the reader's browser. On the site links lead to pages,
 * Mermaid is a picture ({@code src/site/draw-diagrams}), and the README is the first page.
 *
 * <p>Arguments: the project's directory, the output directory, and the address of the repository.
 */
final class SitePages {
  private static final Pattern FENCE =
      Pattern.compile("^```.*?^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

  private final Path project;
  private final Path output;
  private final String repository;

  private SitePages(Path project, Path output, String repository) {
    this.project = project;
    this.output = output;
    this.repository = repository;
  }

  public static void main(String[] args) throws IOException {
    Path project = Path.of(args[0]).toAbsolutePath().normalize();
    new SitePages(project, Path.of(args[1]), args[2]).write();
  }

  private void write() throws IOException {
    Path site = project.resolve("src/site");
    Files.createDirectories(output.resolve("markdown"));
    Files.copy(
        site.resolve("site.xml"), output.resolve("site.xml"), StandardCopyOption.REPLACE_EXISTING);
    copy(site.resolve("resources"), output.resolve("resources"));
    page(project.resolve("README.md"), "index.md");
    try (Stream<Path> pages = Files.list(site.resolve("markdown"))) {
      for (Path page : pages.toList()) {
        page(page, page.getFileName().toString());
      }
    }
  }

  private void page(Path source, String name) throws IOException {
    String text = Files.readString(source);
    StringBuilder page = new StringBuilder();
    int diagrams = 0;
    int end = 0;
    for (MatchResult fence : FENCE.matcher(text).results().toList()) {
      page.append(prose(source, text.substring(end, fence.start())));
      if (fence.group().startsWith("```mermaid")) {
        diagrams++;
        String file = name.replace("index", "readme").replace(".md", "-" + diagrams + ".svg");
        page.append("![Diagram](diagrams/").append(file).append(')');
      } else {
        page.append(fence.group());
      }
      end = fence.end();
    }
    page.append(prose(source, text.substring(end)));
    Files.writeString(output.resolve("markdown").resolve(name), page);
  }

  private String prose(Path source, String text) {
    String linked =
        LINK.matcher(text).replaceAll(link -> quote("](" + target(source, link.group(1)) + ")"));
    return HEADING.matcher(linked).replaceAll(heading -> quote(anchored(heading)));
  }

  /** With the anchor that GitHub gives to the heading; Doxia's own keeps capitals. */
  private static String anchored(MatchResult heading) {
    String anchor = anchor(heading.group(1));
    return anchor.equals(heading.group(1))
        ? heading.group()
        : "<a id=\"" + anchor + "\"></a>\n\n" + heading.group();
  }

  private static String quote(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }

  /**
   * Returns the address on the site of a file of the repository, or in the repository if it has
   * none.
   */
  private String target(Path source, String link) {
    if (link.startsWith("#")) {
      return link;
    }
    int hash = link.indexOf('#');
    String fragment = hash < 0 ? "" : link.substring(hash);
    Path file = source.resolveSibling(hash < 0 ? link : link.substring(0, hash)).normalize();
    String path = project.relativize(file).toString().replace('\\', '/');
    if (path.equals("README.md")) {
      return "index.html" + fragment;
    }
    for (String folder : List.of("src/site/markdown/", "src/site/resources/")) {
      if (path.startsWith(folder)) {
        return path.substring(folder.length()).replaceFirst("[.]md$", ".html") + fragment;
      }
    }
    return repository + (Files.isDirectory(file) ? "/tree/main/" : "/blob/main/") + path + fragment;
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
