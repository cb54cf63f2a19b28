import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that every relative link, picture and anchor of the built site exists. The Javadoc has a
 * check of its own.
 */
final class SiteLinks {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");
  private static final Pattern OUTSIDE = Pattern.compile("[a-z]+:.*|//.*");

  private SiteLinks() {}

  public static void main(String[] args) throws IOException {
    Path site = Path.of(args[0]);
    List<String> broken = new ArrayList<>();
    int links = 0;
    try (Stream<Path> files = Files.list(site)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".html")).sorted().toList()) {
        for (String link :
            LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList()) {
          if (!OUTSIDE.matcher(link).matches()) {
            links++;
            if (!exists(page, link)) {
              broken.add(page.getFileName() + ": " + link);
            }
          }
        }
      }
    }
    System.out.println(links + " links of the site, " + broken.size() + " broken");
    if (links == 0 || !broken.isEmpty()) {
      broken.forEach(System.out::println);
      System.exit(1);
    }
  }

  private static boolean exists(Path page, String link) throws IOException {
    String[] parts = URLDecoder.decode(link, StandardCharsets.UTF_8).split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    if (parts.length == 1 || parts[1].isEmpty()) {
      return Files.exists(file);
    }
    return Files.isRegularFile(file) && Files.readString(file).contains("id=\"" + parts[1] + "\"");
  }
}
