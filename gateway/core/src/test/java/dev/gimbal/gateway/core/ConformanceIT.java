package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.conformance.Case;
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
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The wire cases that gateways get wrong, on ours, for every pair of dialects.
class ConformanceIT {
  private static final Duration KEEP_ALIVE = Duration.ofMillis(200);

  /// Rows whose upstreams are silent on purpose. All others meet a gateway that sends no comment
  /// before an upstream has had its time: a refusal that is late is one in a stream that has begun.
  private static final Set<Integer> SILENT = Set.of(9, 10);

  private static final String GUARDED = "quartzberyl";
  private static final int BUDGET_CALLS = 3;

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
    try (Suite suite = Suite.anywhere()) {
      List<Result> results = new ArrayList<>(judge(suite, Duration.ofSeconds(10), false));
      results.addAll(judge(suite, KEEP_ALIVE, true));
      results.sort(Comparator.comparingInt(Result::row).thenComparing(Result::title));

      Files.write(Path.of("target/conformance.md"), new Table(results).lines());
      return results.stream()
          .filter(result -> result.verdict() != Verdict.NOT_APPLICABLE)
          .map(result -> DynamicTest.dynamicTest(result.name(), () -> judge(result)));
    }
  }

  private static List<Result> judge(Suite suite, Duration keepAlive, boolean silent) {
    try (House house = new House(config(suite, keepAlive))) {
      List<Case> cases =
          Cases.all().stream().filter(one -> SILENT.contains(one.row()) == silent).toList();
      return suite.run(target(suite, house, keepAlive), cases, result -> {});
    }
  }

  /// What the rows need that are about a gateway's own features.
  private static Target target(Suite suite, House house, Duration keepAlive) {
    Map<Wire, String> models = new EnumMap<>(Wire.class);
    Map<Wire, String> failover = new EnumMap<>(Wire.class);
    Map<String, RouteDeclaration> routes = new HashMap<>();
    for (Wire wire : Wire.values()) {
      String spare = "spare-" + wire.label();
      models.put(wire, "judge-" + wire.label() + "/model");
      failover.put(wire, "twice-" + wire.label());
      List<RouteTarget> targets =
          List.of(RouteTarget.of(spare + "/model"), RouteTarget.of(spare + "/other"));
      routes.put(
          "twice-" + wire.label(),
          RouteDeclaration.of("twice-" + wire.label(), Policy.ORDERED, targets));
    }
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, routes));
    pin(suite, house);
    guard(house);
    budget(house);
    Target.Settings settings =
        new Target.Settings(
            keepAlive,
            Bodies.DEFAULT.maxBytes(),
            null,
            GUARDED,
            "gmb_guarded",
            "gmb_poor",
            BUDGET_CALLS,
            "judge-pinned/model");
    URI url = URI.create("http://127.0.0.1:" + house.port());
    return new Target(url, House.KEY, true, models, failover, Map.of(), settings);
  }

  private static void pin(Suite suite, House house) {
    ProviderFactory responses =
        OpenAiModule.presets(HttpProviderConfig.DEFAULT, house.vertx).stream()
            .filter(preset -> preset.dialect().equals("openai-responses"))
            .findFirst()
            .orElseThrow();
    URI url = URI.create(suite.upstream(Wire.RESPONSES).baseUrl());
    Map<String, Provider> credentials = new LinkedHashMap<>();
    for (String key : List.of("one", "two")) {
      credentials.put(
          key, responses.create(new ProviderSettings("judge-pinned", url, "sk-" + key, true)));
    }
    OwnedProvider.swapIn(
        house.catalog, Map.of(TenantId.FIRST, Map.of("judge-pinned", credentials)));
  }

  private static void guard(House house) {
    house.keys.put("gmb_guarded", principal("guarded"));
    house.guarded = call -> call.principal().name().equals("guarded");
    house.guards =
        House.guarding(
            new GuardDeclaration(
                "words",
                new GuardRule.Deny(List.of(GUARDED)),
                Set.of(Place.ANSWER, Place.TOOL_ARGUMENTS),
                Action.REDACT,
                true,
                1_000));
  }

  /// A token out costs 1,000 nano-USD, the prompt nothing: a call of 300 tokens is 300,000.
  private static void budget(House house) {
    house.keys.put("gmb_poor", principal("poor"));
    house.prices.put("judge-chat/model", new Price(0, 1_000_000_000, null));
    house.budgets.declare(
        List.of(
            new Limit(
                house.ids.next(),
                TenantId.FIRST,
                "small",
                new Limit.Scope(Limit.Scope.Kind.KEY, "poor"),
                Limit.Unit.NANO_USD,
                300_000L * BUDGET_CALLS,
                new Window.Calendar(Window.Calendar.Period.MONTH),
                true,
                false)));
  }

  private static Principal principal(String name) {
    return new Principal(
        TenantId.FIRST,
        Principal.Kind.SERVICE,
        UUID.randomUUID(),
        name,
        "developer",
        Rights.TENANT,
        null);
  }

  private static void judge(Result result) {
    String name = result.name();
    Set<Verdict> allowed =
        PENDING.containsKey(name)
            ? Set.of(Verdict.FAIL)
            : REFUSED.containsKey(name) ? Set.of(Verdict.NOT_SUPPORTED) : Set.of(Verdict.PASS);
    assertThat(result.verdict()).as("%s: %s", name, result.words()).isIn(allowed);
  }

  private static GatewayConfig config(Suite suite, Duration keepAlive) {
    GatewayConfig plain = House.config(deadlines(keepAlive), Bodies.DEFAULT, true);
    List<SharedProvider> providers = new ArrayList<>();
    for (Wire wire : Wire.values()) {
      URI url = URI.create(suite.upstream(wire).baseUrl());
      String dialect = String.valueOf(DIALECTS.get(wire));
      providers.add(new SharedProvider("judge-" + wire.label(), dialect, url, null));
      providers.add(new SharedProvider("spare-" + wire.label(), dialect, url, null));
    }
    return new GatewayConfig(
        plain.allowPrivateUpstreams(),
        plain.content(),
        plain.bodies(),
        plain.deadlines(),
        providers);
  }

  private static Deadlines deadlines(Duration keepAlive) {
    return new Deadlines(
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        keepAlive,
        Duration.ofSeconds(10));
  }
}
