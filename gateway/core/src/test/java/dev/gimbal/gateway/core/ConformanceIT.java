package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.conformance.Result;
import dev.gimbal.gateway.conformance.Suite;
import dev.gimbal.gateway.conformance.Target;
import dev.gimbal.gateway.conformance.Verdict;
import dev.gimbal.gateway.conformance.cases.Cases;
import dev.gimbal.gateway.conformance.program.Table;
import dev.gimbal.gateway.conformance.wire.Wire;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.core.GatewayConfig.SharedProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The wire cases that gateways get wrong, on ours, for every pair of dialects.
class ConformanceIT {
  private static final Duration KEEP_ALIVE = Duration.ofMillis(200);
  private static final Deadlines DEADLINES =
      new Deadlines(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          KEEP_ALIVE,
          Duration.ofSeconds(10));

  private static final Map<Wire, String> DIALECTS =
      Map.of(
          Wire.CHAT, "openai",
          Wire.RESPONSES, "openai-responses",
          Wire.MESSAGES, "anthropic",
          Wire.GEMINI, "gemini");

  private static final String NO_SUCH_WISH = "Anthropic's dialect knows schemas only";

  /// What is known to be wrong, with the reason; a case that passes must leave the list.
  private static final Map<String, String> PENDING = Map.of();

  /// What ours refuses in words, because the target's dialect cannot say it.
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("20 any JSON object, chat to messages", NO_SUCH_WISH),
          Map.entry("20 any JSON object, responses to messages", NO_SUCH_WISH),
          Map.entry("20 any JSON object, gemini to messages", NO_SUCH_WISH));

  @TestFactory
  Stream<DynamicTest> shouldPass() throws IOException {
    try (Suite suite = Suite.anywhere();
        House house = new House(config(suite))) {
      Map<Wire, String> models = new EnumMap<>(Wire.class);
      for (Wire wire : Wire.values()) {
        models.put(wire, "judge-" + wire.label() + "/model");
      }
      Target.Settings settings =
          new Target.Settings(KEEP_ALIVE, Bodies.DEFAULT.maxBytes(), null, null, null, null, 0);
      URI url = URI.create("http://127.0.0.1:" + house.port());
      Target target = new Target(url, House.KEY, true, models, Map.of(), Map.of(), settings);

      List<Result> results = suite.run(target, Cases.all(), result -> {});

      Files.write(Path.of("target/conformance.md"), new Table(results).lines());
      return results.stream()
          .filter(result -> result.verdict() != Verdict.NOT_APPLICABLE)
          .map(result -> DynamicTest.dynamicTest(result.name(), () -> judge(result)));
    }
  }

  private static void judge(Result result) {
    String name = result.name();
    Set<Verdict> allowed =
        PENDING.containsKey(name)
            ? Set.of(Verdict.FAIL)
            : REFUSED.containsKey(name) ? Set.of(Verdict.NOT_SUPPORTED) : Set.of(Verdict.PASS);
    assertThat(result.verdict()).as("%s: %s", name, result.words()).isIn(allowed);
  }

  private static GatewayConfig config(Suite suite) {
    GatewayConfig plain = House.config(DEADLINES, Bodies.DEFAULT, true);
    List<SharedProvider> providers = new ArrayList<>();
    for (Wire wire : Wire.values()) {
      URI url = URI.create(suite.upstream(wire).baseUrl());
      providers.add(
          new SharedProvider(
              "judge-" + wire.label(), String.valueOf(DIALECTS.get(wire)), url, null));
    }
    return new GatewayConfig(
        plain.allowPrivateUpstreams(),
        plain.content(),
        plain.bodies(),
        plain.deadlines(),
        providers);
  }
}
