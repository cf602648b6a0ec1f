package dev.gimbal.gateway.conformance.program;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.Result;
import dev.gimbal.gateway.conformance.Suite;
import dev.gimbal.gateway.conformance.Target;
import dev.gimbal.gateway.conformance.Verdict;
import dev.gimbal.gateway.conformance.cases.Cases;
import dev.gimbal.gateway.conformance.wire.Tree;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The suite from a command line: `--target URL --key K --models FILE --ports A,B,C,D
/// [--only 1,12] [--json]`. Exits with 1 when a case failed, with 2 when it was called wrongly.
public final class Conformance {
  private final PrintStream out;
  private URI target = URI.create("http://127.0.0.1:8080");
  private String key = "none";
  private JsonNode models = Tree.of();
  private List<Integer> ports = List.of(9401, 9402, 9403, 9404);
  private Set<Integer> only = Set.of();
  private boolean json;

  private Conformance(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    Conformance program =
        new Conformance(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    int status = program.read(List.of(args)) ? program.run() : 2;
    System.exit(status);
  }

  private boolean read(List<String> args) throws IOException {
    Iterator<String> next = args.iterator();
    while (next.hasNext()) {
      String option = next.next();
      if (option.equals("--json")) {
        json = true;
      } else if (!next.hasNext()) {
        out.println(option + " is unknown or lacks its value");
        return false;
      } else if (!read(option, next.next())) {
        out.println("unknown: " + option);
        return false;
      }
    }
    if (!models.path("models").isObject()) {
      out.println("--models must name a file {\"models\": {\"chat\": NAME, …}}");
      return false;
    }
    return true;
  }

  private boolean read(String option, String value) throws IOException {
    switch (option) {
      case "--target" -> target = URI.create(value);
      case "--key" -> key = value;
      case "--models" -> models = Tree.read(Files.readAllBytes(Path.of(value)));
      case "--ports" -> ports = numbers(value);
      case "--only" -> only = new HashSet<>(numbers(value));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> numbers(String list) {
    return Arrays.stream(list.split(",", -1)).map(Integer::parseInt).toList();
  }

  private int run() {
    List<Case> cases =
        Cases.all().stream()
            .filter(one -> only.isEmpty() || one.row() == 0 || only.contains(one.row()))
            .toList();
    List<Result> results;
    try (Suite suite = new Suite(ports)) {
      results = suite.run(Target.read(target, key, models), cases, result -> {});
    }
    if (json) {
      results.forEach(one -> out.println(line(one)));
    } else {
      new Table(results).lines().forEach(out::println);
    }
    boolean failed = results.stream().anyMatch(one -> one.verdict() == Verdict.FAIL);
    return failed ? 1 : 0;
  }

  private static JsonNode line(Result one) {
    return Tree.of(
        "row",
        one.row(),
        "case",
        one.title(),
        "caller",
        one.caller().label(),
        "upstream",
        one.upstream().label(),
        "verdict",
        one.verdict().name().toLowerCase(Locale.ROOT),
        "words",
        one.words());
  }
}
