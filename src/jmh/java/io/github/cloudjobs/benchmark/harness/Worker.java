package io.github.cloudjobs.benchmark.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The main class of a contender's JVM. It reads a line for each measurement from standard input,
 * {@code milliseconds operation arguments…}, and writes a line with the figures. With arguments
 * after the contender's class it runs one operation once instead: a cold start.
 */
public final class Worker {
  private Worker() {}

  public static void main(String[] args) throws Exception {
    Usage start = Usage.now();
    PrintStream out = System.out;
    System.setOut(System.err); // standard output is for figures alone
    Contender contender = (Contender) Class.forName(args[0]).getDeclaredConstructor().newInstance();
    if (args.length > 1) {
      List<String> words = List.of(args).subList(1, args.length);
      contender.prepare(words.get(0), words.subList(1, words.size())).measure(Duration.ZERO);
      out.println(Figure.write(start.until(Usage.now(), 1)));
      System.exit(0);
    }
    serve(contender, new BufferedReader(new InputStreamReader(System.in, UTF_8)), out);
    System.exit(0);
  }

  private static void serve(Contender contender, BufferedReader in, PrintStream out)
      throws Exception {
    Map<List<String>, Operation> prepared = new HashMap<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" "));
      List<String> named = words.subList(1, words.size());
      Operation operation = prepared.get(named);
      if (operation == null) {
        operation = contender.prepare(named.get(0), named.subList(1, named.size()));
        prepared.put(named, operation);
      }
      Duration time = Duration.ofMillis(Long.parseLong(words.get(0)));
      out.println(Figure.write(operation.measure(time)));
    }
  }
}
