package dev.gimbal.gateway.core.meter;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.routing.FairQueue;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.platform.ids.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Counts calls by the names of OpenTelemetry's GenAI conventions where they have one, and what
/// guards, budgets, routes and the cache did to them. Labels are of closed sets: a guard goes by
/// its kind, a provider that a tenant named by `other`. [#kept] runs on the thread that it is told
/// on; nothing of it on the path of a call.
public final class GatewayMeters implements EvidenceListener {
  private static final String GUARD = "gimbal.guard.";
  private static final String CACHE = "gimbal.cache";
  private static final String OTHER = "other";
  private static final Set<String> ERRORS =
      Arrays.stream(GatewayError.values())
          .map(error -> error.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());
  private static final Set<String> CACHED = Set.of("hit", "semantic", "shared", "miss", "bypass");

  /// Guards of a call and places of a call are few; more than this many are no labels of ours.
  private static final int MOST_VERDICTS = 2_000;

  private final Metrics metrics;
  private final ProviderCatalog catalog;
  private final BiFunction<TenantId, String, @Nullable String> kinds;
  private final Map<Of, Call> calls = new HashMap<>();
  private final Map<Counted, Metrics.Counter> counters = new HashMap<>();

  /// Of the calls that are being told of: most have the same attributes.
  private final Map<Noted, List<Metrics.Counter>> noted = new HashMap<>();

  /// @param error code; empty: none
  private record Of(String operation, String provider, String error) {}

  private record Noted(TenantId tenant, Map<String, Object> attributes) {}

  private record Counted(String name, List<String> tags) {}

  private record Call(
      Metrics.Timer took, Metrics.Timer first, Metrics.Amounts input, Metrics.Amounts output) {}

  /// @param kinds the kind of a tenant's guard by its name; null: there is none any more
  public GatewayMeters(
      Metrics metrics,
      ProviderCatalog catalog,
      BiFunction<TenantId, String, @Nullable String> kinds) {
    this.metrics = metrics;
    this.catalog = catalog;
    this.kinds = kinds;
    for (String state : List.of("closed", "open", "half_open")) {
      metrics.gauge("gimbal.gateway.breakers", () -> breakers(state), "state", state);
    }
    metrics.gauge("gimbal.gateway.queue.waiting", () -> queued(true));
    metrics.gauge("gimbal.gateway.queue.running", () -> queued(false));
  }

  private double breakers(String state) {
    return catalog.learnt().stream()
        .flatMap(learnt -> learnt.entry().state().shown().values().stream())
        .map(Health.Shown::state)
        .filter(state::equals)
        .count();
  }

  private double queued(boolean waiting) {
    return catalog.learnt().stream()
        .mapToInt(
            learnt -> {
              FairQueue<TenantId> queue = learnt.entry().state().queue();
              return queue == null ? 0 : waiting ? queue.waiting() : queue.busy();
            })
        .sum();
  }

  @Override
  public void kept(List<EndedCall> ended, List<SpanRecord> spans) {
    noted.clear();
    for (EndedCall call : ended) {
      CallSettled settled = call.settled();
      if (settled != null) {
        count(call, settled);
        CallSettled.Step step = settled.step();
        if (step != null) {
          notes(settled.tenant(), step.attributes());
        }
      }
    }
    spans.stream()
        .filter(span -> span.attributes().containsKey("gimbal.call"))
        .forEach(span -> notes(span.tenant(), span.attributes()));
  }

  private void count(EndedCall call, CallSettled settled) {
    String error = settled.error() == null ? "" : known(settled.error());
    Call meters = calls.computeIfAbsent(of(call, error), this::meters);
    meters.took.record(settled.took());
    if (settled.firstByte() != null) {
      meters.first.record(settled.firstByte());
    }
    if (settled.inputTokens() != null) {
      meters.input.record(settled.inputTokens());
    }
    if (settled.outputTokens() != null) {
      meters.output.record(settled.outputTokens());
    }
    if (settled.outcome() == Outcome.REFUSED) {
      increment("gimbal.gateway.refused", "reason", error.isEmpty() ? OTHER : error);
    }
    if (settled.model() != null) {
      increment("gimbal.gateway.failovers", "provider", provider(call));
    }
  }

  private void increment(String name, String... tags) {
    counter(name, tags).ifPresent(Metrics.Counter::increment);
  }

  private static String known(String error) {
    return ERRORS.contains(error) ? error : OTHER;
  }

  private Of of(EndedCall call, String error) {
    return new Of(operation(call.opened().kind()), provider(call), error);
  }

  /// As the conventions name it, where they do.
  private static String operation(CallOpened.Kind kind) {
    return switch (kind) {
      case CHAT -> "chat";
      case COMPLETION -> "text_completion";
      case EMBEDDING -> "embeddings";
      case APPLICATION -> "invoke_agent";
      case MODERATION, RERANK, COUNT, IMAGE, AUDIO, FILE -> kind.name().toLowerCase(Locale.ROOT);
    };
  }

  private String provider(EndedCall call) {
    if (call.opened().kind() == CallOpened.Kind.APPLICATION) {
      return "application";
    }
    String model = call.model();
    int slash = model.indexOf('/');
    String name = slash < 0 ? "" : model.substring(0, slash);
    boolean everybodys =
        catalog.sharedNames().contains(name) && !catalog.owns(call.opened().tenant(), model);
    return everybodys ? name : OTHER;
  }

  private Call meters(Of of) {
    String[] tags = {"gen_ai.operation.name", of.operation, "gen_ai.provider.name", of.provider};
    String[] ended = {tags[0], tags[1], tags[2], tags[3], "error.type", of.error};
    return new Call(
        metrics.timer("gen_ai.client.operation.duration", ended),
        metrics.timer("gen_ai.server.time_to_first_token", tags),
        metrics.amounts("gen_ai.client.token.usage", and(tags, "input")),
        metrics.amounts("gen_ai.client.token.usage", and(tags, "output")));
  }

  private static String[] and(String[] tags, String type) {
    return new String[] {tags[0], tags[1], tags[2], tags[3], "gen_ai.token.type", type};
  }

  private void notes(TenantId tenant, Map<String, Object> attributes) {
    noted
        .computeIfAbsent(new Noted(tenant, attributes), this::counters)
        .forEach(Metrics.Counter::increment);
  }

  /// What is to be counted of a call's attributes.
  private List<Metrics.Counter> counters(Noted call) {
    List<Metrics.Counter> found = new ArrayList<>();
    call.attributes.forEach(
        (name, value) -> {
          if (name.startsWith(GUARD)) {
            String said = value.toString();
            verdict(call.tenant, name.substring(GUARD.length()), said).ifPresent(found::add);
          } else if (name.equals(CACHE)) {
            String said = word(value.toString(), 0);
            String result = CACHED.contains(said) ? said : OTHER;
            counter("gimbal.gateway.cache.looks", "result", result).ifPresent(found::add);
          }
        });
    return found;
  }

  /// @param guard its name, a dot, the place
  /// @param said the outcome, the action, what was found
  private Optional<Metrics.Counter> verdict(TenantId tenant, String guard, String said) {
    int dot = guard.lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String kind = kinds.apply(tenant, guard.substring(0, dot));
    return counter(
        "gimbal.gateway.guard.verdicts",
        "kind",
        kind == null ? OTHER : kind,
        "place",
        guard.substring(dot + 1),
        "verdict",
        word(said, 0),
        "action",
        word(said, 1));
  }

  private static String word(String text, int at) {
    int end = 0;
    for (int word = 0; ; word++) {
      int start = end;
      while (end < text.length() && ofWord(text.charAt(end))) {
        end++;
      }
      if (word == at || end == text.length()) {
        return word == at ? text.substring(start, end) : "";
      }
      while (end < text.length() && !ofWord(text.charAt(end))) {
        end++;
      }
    }
  }

  private static boolean ofWord(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  }

  private Optional<Metrics.Counter> counter(String name, String... tags) {
    Counted key = new Counted(name, List.of(tags));
    Metrics.Counter known = counters.get(key);
    if (known == null && counters.size() < MOST_VERDICTS) {
      known = metrics.counter(name, tags);
      counters.put(key, known);
    }
    return Optional.ofNullable(known);
  }
}
