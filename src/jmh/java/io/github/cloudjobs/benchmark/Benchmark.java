package io.github.cloudjobs.benchmark;

import static io.github.cloudjobs.benchmark.Table.FLOOR;
import static io.github.cloudjobs.benchmark.Table.OURS;

import io.github.cloudjobs.benchmark.Plots.Point;
import io.github.cloudjobs.benchmark.harness.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Compares what a user calls with the least that it could cost and with other libraries. Each
 * contender lives in a JVM of its own, on the class path that its users have; the contenders of a
 * row take turns, round by round, and medians count. Prints one table and draws the plots.
 */
public final class Benchmark implements AutoCloseable {
  private static final String SDK = "huaweicloud-sdk";
  private static final String AWS = "AWS waiter";
  private static final String JSON = "Jackson POJOs";
  private static final String EXECUTE = "OkHttp `execute`";
  private static final String LOOP = "`pollJobAsync`, re-armed";

  private static final String LATENESS = ": mean lateness, % of the duration";

  private interface Part {
    void run() throws Exception;
  }

  /** What takes part in a comparison, and how its operation is called. */
  private record Entrant(String name, WorkerProcess worker, String operation) {}

  private final Path directory;
  private final boolean full;
  private final Plots plots;
  private final Table table = new Table();
  private final WorkerProcess server;
  private final Contenders jvms;
  private final List<String> endpoints;

  private Benchmark(Path directory, boolean full, Path plots) throws IOException {
    this.directory = directory;
    this.full = full;
    this.plots = new Plots(Files.createDirectories(plots));
    Path certificate = directory.resolve("certificate.pem");
    server =
        WorkerProcess.start(
            directory.resolve("errors.log"),
            System.getProperty("java.class.path"),
            List.of(JobServer.class.getName(), certificate.toString()));
    endpoints = List.of(server.readLine().split(" "));
    jvms = new Contenders(directory, certificate);
  }

  /**
   * @param args the build's directory, {@code quick} or {@code full}, where to put the plots, and
   *     {@code all} or the names of parts, separated by commas
   */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    try (Benchmark benchmark =
        new Benchmark(Path.of(args[0]), args[1].equals("full"), Path.of(args[2]))) {
      List<String> parts = List.of(args[3].split(","));
      benchmark.run(part -> parts.contains("all") || parts.contains(part));
      Files.writeString(Path.of(args[0], "table.md"), benchmark.table.toString());
    }
    System.out.println();
    System.out.printf(
        "JDK %s, %s %s, %d processors; %s, %d s%n",
        Runtime.version(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        args[1],
        Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private void run(Predicate<String> parts) throws Exception {
    Map<String, Part> all = new LinkedHashMap<>();
    all.put("signing", this::signing);
    all.put("decoding", this::decoding);
    all.put("polls", this::polls);
    all.put("cold-start", this::coldStart);
    all.put("waits", this::waits);
    all.put("heap", this::heap);
    all.put("joined", this::joined);
    all.put("schedules", this::schedules);
    System.out.print(table);
    for (Map.Entry<String, Part> part : all.entrySet()) {
      if (parts.test(part.getKey())) {
        part.getValue().run();
      }
    }
  }

  private void signing() throws IOException {
    Rounds rounds = compare(ours("sign"), floor("sign"), sdk("sign"));
    table.add("`signedRequest`", Figure.CPU, rounds, 1, "≤ 2.0×");
    table.add("", Figure.ALLOCATED, rounds, 1, "≤ 1.5 kB");
  }

  private void decoding() throws IOException {
    Map<String, String> aims = new LinkedHashMap<>();
    aims.put("ecs", "≤ 1.35×");
    aims.put("elb", "≤ 1.5×");
    aims.put("ims", "≤ 1.3×");
    for (Map.Entry<String, String> body : aims.entrySet()) {
      String operation = "decode " + body.getKey();
      List<Entrant> entrants =
          new ArrayList<>(List.of(ours(operation), floor(operation), json(operation)));
      if (body.getKey().equals("ecs")) {
        entrants.add(sdk(operation));
      }
      Rounds rounds = compare(entrants.toArray(Entrant[]::new));
      String work = "`Job.fromJson`, " + body.getKey().toUpperCase(Locale.ROOT);
      table.add(work, Figure.CPU, rounds, 1, body.getValue());
      table.add("", Figure.ALLOCATED, rounds, 1, "");
    }
    Map<String, List<Point>> growth = new LinkedHashMap<>();
    for (int subJobs : List.of(1, 10, 1_000, 100_000)) {
      String operation = "decode batch-" + subJobs;
      Rounds rounds = compare(ours(operation), floor(operation), json(operation));
      for (String contender : rounds.contenders()) {
        double micros = rounds.median(contender, Figure.CPU) / subJobs / 1e3;
        growth
            .computeIfAbsent(contender, added -> new ArrayList<>())
            .add(new Point(subJobs, micros));
      }
      if (subJobs == 1_000) {
        table.add("1,000 sub-jobs, each", Figure.CPU, rounds, subJobs, "≤ 1.4×");
        table.add("", Figure.ALLOCATED, rounds, subJobs, "≤ 450 B");
        String retained = "retained batch-1000 100";
        table.add(
            "",
            Figure.RETAINED,
            turns(1, Duration.ZERO, ours(retained), json(retained)),
            subJobs,
            "≤ 350 B");
      }
    }
    plots.growth("decode.svg", "Decoding: CPU for each sub-job, µs", "sub-jobs", growth);
  }

  private void polls() throws IOException {
    List<String> protocols = List.of("HTTP/1.1", "HTTPS", "HTTP/2");
    for (int i = 0; i < protocols.size(); i++) {
      for (int threads : List.of(1, 16)) {
        String arguments = " " + endpoints.get(i) + " " + threads;
        String operation = "poll" + arguments;
        List<Entrant> entrants =
            new ArrayList<>(
                List.of(
                    ours(operation),
                    floor(operation),
                    new Entrant(EXECUTE, jvms.worker(Contenders.FLOOR), "execute" + arguments)));
        if (i == 0) {
          entrants.add(sdk(operation));
        }
        Rounds rounds = compare(entrants.toArray(Entrant[]::new));
        String work = "`pollJob`, " + protocols.get(i) + ", " + threads + " threads";
        table.add(
            threads == 1 ? work.replace("threads", "thread") : work,
            Figure.CPU,
            rounds,
            1,
            threads == 1 ? "≤ 1.12×" : "≤ 1.2×");
        table.add("", Figure.ALLOCATED, rounds, 1, "≤ 1.25×");
        table.add("", Figure.WALL, rounds, 1, "");
      }
    }
    String operation = "poll " + endpoints.get(0) + " 16";
    jvms.worker(Contenders.OURS).measure(Duration.ofMillis(500), operation);
    int before = Integer.parseInt(server.ask("connections"));
    jvms.worker(Contenders.OURS).measure(Duration.ofSeconds(2), operation);
    int opened = Integer.parseInt(server.ask("connections")) - before;
    table.add("`pollJob`, 16 threads for 2 s", "new connections", "0", "" + opened, List.of(), "0");
  }

  /** From main() to the first job over HTTP/1.1, each time in a new JVM. */
  private void coldStart() throws IOException {
    String operation = "first-job " + endpoints.get(0);
    List<Entrant> entrants =
        List.of(
            new Entrant(OURS, null, Contenders.OURS),
            new Entrant(FLOOR, null, Contenders.FLOOR),
            new Entrant(SDK, null, Contenders.SDK));
    Rounds rounds = new Rounds();
    for (int round = 0; round < (full ? 15 : 5); round++) {
      for (Entrant entrant : entrants) {
        rounds.add(
            entrant.name(), Figure.read(jvms.once(entrant.operation(), operation, List.of())));
      }
    }
    table.add("cold start", Figure.CPU, rounds, 1, "≤ 1.12×");
    Map<String, Long> classes = new LinkedHashMap<>();
    for (Entrant entrant : entrants) {
      Path log = directory.resolve("classes.log");
      jvms.once(
          entrant.operation(),
          operation,
          List.of("-Xlog:class+load:file=" + log + "::filecount=0"));
      try (Stream<String> lines = Files.lines(log)) {
        classes.put(
            entrant.name(), lines.filter(line -> !line.contains("shared objects file")).count());
      }
    }
    double floor = classes.get(FLOOR);
    table.add(
        "",
        "classes beyond the archive",
        "" + classes.get(FLOOR),
        classes.get(OURS) + " (" + Table.times(classes.get(OURS) / floor) + ")",
        List.of(SDK + " " + classes.get(SDK) + " (" + Table.times(classes.get(SDK) / floor) + ")"),
        "≤ 1.15×");
  }

  private void waits() throws IOException {
    Map<String, List<Point>> growth = new LinkedHashMap<>();
    Map<Integer, Integer> delays = new LinkedHashMap<>();
    delays.put(100_000, 15_000);
    delays.put(1_000, 150);
    delays.put(1, 20);
    for (Map.Entry<Integer, Integer> each : delays.entrySet()) {
      int waits = each.getKey();
      String arguments = " " + waits + " " + each.getValue();
      String operation = "waits" + arguments;
      Entrant[] entrants = {
        ours(operation),
        floor(operation),
        aws(operation),
        new Entrant(LOOP, jvms.worker(Contenders.OURS), "loop" + arguments)
      };
      if (waits == 100_000) { // else the compiler's time would count, most of it as ours
        turns(1, Duration.ofSeconds(4), entrants);
      }
      Rounds rounds = turns(full ? 3 : 1, Duration.ofSeconds(full ? 10 : 4), entrants);
      for (String contender : rounds.contenders()) {
        growth
            .computeIfAbsent(contender, added -> new ArrayList<>())
            .add(new Point(waits, rounds.median(contender, Figure.CPU) / 1e3));
      }
      String work =
          String.format(Locale.ROOT, "%,d waits in process, each poll", waits)
              .replace("1 waits", "1 wait");
      table.add(work, Figure.CPU, rounds, 1, "");
      if (waits == 100_000) {
        waitingAlone(rounds, Figure.CPU, "≤ 1.8×");
        table.add("", Figure.ALLOCATED, rounds, 1, "");
        waitingAlone(rounds, Figure.ALLOCATED, "≤ 400 B");
        table.add("", Figure.LATENESS, rounds, 1, "< 1 ms");
      }
    }
    plots.growth("waits.svg", "Waits in the process: CPU for each poll, µs", "waits", growth);
    String operation = "waits-http 1000 500 " + endpoints.get(0);
    Rounds rounds =
        turns(full ? 3 : 1, Duration.ofSeconds(full ? 10 : 4), ours(operation), floor(operation));
    table.add("1,000 waits, HTTP/1.1, each poll", Figure.CPU, rounds, 1, "");
    table.add("", Figure.ALLOCATED, rounds, 1, "");
  }

  /** What waits cost beyond their polls: a loop makes the same polls, with the floor's timer. */
  private void waitingAlone(Rounds rounds, Figure figure, String aim) {
    double timer = rounds.median(FLOOR, figure);
    double alone = rounds.median(OURS, figure) - rounds.median(LOOP, figure) + timer;
    table.add(
        "",
        figure.title() + " of the waiting alone",
        figure.format(timer),
        figure.format(alone) + " (" + Table.times(alone / timer) + ")",
        List.of(
            AWS
                + " "
                + figure.format(rounds.median(AWS, figure))
                + " ("
                + Table.times(rounds.ratio(AWS, FLOOR, figure))
                + ")"),
        aim);
  }

  private void heap() throws IOException {
    Rounds rounds =
        turns(1, Duration.ZERO, ours("heap 100000"), floor("heap 100000"), aws("heap 100000"));
    table.add("pending wait", Figure.RETAINED, rounds, 1, "≤ 300 B");
    List<Point> left = new ArrayList<>();
    for (int projects : List.of(100, 1_000, 10_000)) {
      Rounds polled = turns(1, Duration.ZERO, ours("projects " + projects));
      left.add(new Point(projects, projects * polled.median(OURS, Figure.RETAINED) / 1e3));
      if (projects == 10_000) {
        table.add("project polled once, of 10,000", Figure.RETAINED, polled, 1, "given back");
      }
    }
    plots.growth(
        "projects.svg", "Heap after one poll of each project, kB", "projects", Map.of(OURS, left));
  }

  private void joined() throws IOException {
    Map<String, List<Point>> growth = new LinkedHashMap<>();
    for (int waits : List.of(10, 100, 1_000, 10_000)) {
      Rounds rounds = compare(ours("joined " + waits));
      growth
          .computeIfAbsent(OURS, added -> new ArrayList<>())
          .add(new Point(waits, rounds.median(OURS, Figure.CPU) / waits / 1e3));
      if (waits == 10_000) {
        table.add("10,000 equal waits, each", Figure.CPU, rounds, waits, "");
      }
    }
    plots.growth("joined.svg", "Equal waits for one job: CPU for each wait, µs", "waits", growth);
  }

  /** In virtual time: no CPU is measured here. */
  private void schedules() throws Exception {
    Schedules schedules = new Schedules(full ? 500 : 40);
    Map<String, List<Schedules.Result>> bySchedule = new LinkedHashMap<>();
    for (String type : Schedules.MEDIANS.keySet()) {
      List<Schedules.Result> results = schedules.results(type);
      plots.schedules(
          "schedules-" + type.replace(" ", "-") + ".svg",
          "Jobs of about " + type + LATENESS,
          results);
      for (Schedules.Result result : results) {
        bySchedule.computeIfAbsent(result.name(), added -> new ArrayList<>()).add(result);
      }
    }
    List<Schedules.Result> means =
        bySchedule.values().stream().map(Schedules.Result::mean).toList();
    plots.schedules("schedules.svg", "Jobs of all four types" + LATENESS, means);
    System.out.println();
    System.out.println("| schedule | requests for each job | mean lateness, % of the duration |");
    System.out.println("|---|---|---|");
    for (Schedules.Result mean : means) {
      System.out.printf(
          Locale.ROOT, "| %s | %.1f | %.1f |%n", mean.name(), mean.requests(), mean.lateness());
    }
  }

  /** Warms the contenders up, then lets them take turns. */
  private Rounds compare(Entrant... entrants) throws IOException {
    Duration time = Duration.ofMillis(full ? 1_000 : 250);
    turns(1, time.multipliedBy(6), entrants);
    return turns(full ? 15 : 5, time, entrants);
  }

  /** Measures each contender once in each round, without a warm-up. */
  private Rounds turns(int count, Duration time, Entrant... entrants) throws IOException {
    Rounds rounds = new Rounds();
    for (int round = 0; round < count; round++) {
      for (Entrant entrant : entrants) {
        rounds.add(entrant.name(), entrant.worker().measure(time, entrant.operation()));
      }
    }
    return rounds;
  }

  private Entrant ours(String operation) throws IOException {
    return new Entrant(OURS, jvms.worker(Contenders.OURS), operation);
  }

  private Entrant floor(String operation) throws IOException {
    return new Entrant(FLOOR, jvms.worker(Contenders.FLOOR), operation);
  }

  private Entrant json(String operation) throws IOException {
    return new Entrant(JSON, jvms.worker(Contenders.JSON), operation);
  }

  private Entrant sdk(String operation) throws IOException {
    return new Entrant(SDK, jvms.worker(Contenders.SDK), operation);
  }

  private Entrant aws(String operation) throws IOException {
    return new Entrant(AWS, jvms.worker(Contenders.AWS), operation);
  }

  @Override
  public void close() {
    jvms.close();
    server.close();
  }
}
