package dev.gimbal.observability.core;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.writer.LedgerTail;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts calls as the journal writes them, so that they are counted while the database is away.
/// Labels say the kind, the outcome and, of the provider, only what everybody knows: a name that a
/// tenant gave to its provider is `other`. [#accept] takes one
/// entry at a time, on whatever thread.
final class LedgerMetrics implements Consumer<Entry> {
  private static final Set<String> KNOWN_PROVIDERS =
      Set.of(
          "local",
          "fake",
          "openai",
          "anthropic",
          "google",
          "gemini",
          "azure",
          "mistral",
          "deepseek",
          "qwen",
          "ollama",
          "openrouter",
          "groq",
          "cohere",
          "xai",
          "bedrock",
          "vertex");

  private final PrometheusMetrics metrics;
  private final Map<UUID, Series> running = new HashMap<>();
  private final Map<Labels, Series> series = new HashMap<>();
  private final AtomicInteger runningCalls = new AtomicInteger();

  /// What was looked up last is what most calls ask for.
  private @Nullable CallOpened asked;

  private Series found = new Series(new Labels(CallOpened.Kind.CHAT, "other", false));

  private record Labels(CallOpened.Kind kind, String provider, boolean stream) {}

  /// What is counted of calls with the same labels, by how they ended.
  private static final class Series {
    private final Labels labels;
    private final Map<CallSettled.Outcome, Meters> ended = new EnumMap<>(CallSettled.Outcome.class);

    Series(Labels labels) {
      this.labels = labels;
    }
  }

  private record Meters(
      Metrics.Counter calls,
      Metrics.Timer took,
      Metrics.Timer firstByte,
      Metrics.Counter inputTokens,
      Metrics.Counter outputTokens,
      Metrics.Counter nanoUsd) {}

  LedgerMetrics(PrometheusMetrics metrics) {
    this.metrics = metrics;
  }

  /// Adds what is to be said of journal and writer themselves.
  void bind(Journal journal, Redactor redactor, LedgerTail writer) {
    metrics.gauge("gimbal.calls.running", runningCalls::get);
    metrics.gauge("gimbal.ledger.queue.entries", journal::queued);
    metrics.gauge("gimbal.ledger.journal.bytes", journal::bytes);
    metrics.gauge("gimbal.ledger.refusing", () -> journal.whyNot() == null ? 0 : 1);
    metrics.gauge("gimbal.ledger.lag.seconds", () -> writer.lag().toMillis() / 1e3);
    metrics.total("gimbal.ledger.dropped", journal::dropped);
    metrics.total("gimbal.ledger.lost", writer::lost);
    metrics.total("gimbal.ledger.ignored", writer::ignored);
    processor("journal", journal.threads());
    processor("redactor", List.of(redactor.thread()));
    processor("writer", List.of(writer.thread()));
    metrics.total("gimbal.process.processor.seconds", LedgerMetrics::processSeconds);
  }

  private void processor(String part, List<Thread> threads) {
    metrics.total("gimbal.ledger.processor.seconds", () -> seconds(threads), "part", part);
  }

  @Override
  public void accept(Entry entry) {
    switch (entry) {
      case Entry.Opened opened -> {
        running.put(opened.call().id(), series(opened.call()));
        runningCalls.set(running.size());
      }
      case Entry.Settled settled -> {
        Series of = running.remove(settled.call().id());
        runningCalls.set(running.size());
        if (of != null) {
          count(settled.call(), of);
        }
      }
      case Entry.Started started -> {}
      case Entry.Step step -> {}
      case Entry.Said said -> {}
    }
  }

  private Series series(CallOpened call) {
    CallOpened before = asked;
    boolean same =
        before != null
            && before.kind() == call.kind()
            && before.stream() == call.stream()
            && before.model().equals(call.model());
    if (!same) {
      found = series.computeIfAbsent(labels(call), Series::new);
      asked = call;
    }
    return found;
  }

  private void count(CallSettled call, Series of) {
    Meters ended = of.ended.get(call.outcome());
    if (ended == null) {
      ended = meters(of.labels, call.outcome());
      of.ended.put(call.outcome(), ended);
    }
    ended.calls().increment();
    ended.took().record(call.took());
    if (call.firstByte() != null) {
      ended.firstByte().record(call.firstByte());
    }
    add(ended.inputTokens(), call.inputTokens());
    add(ended.outputTokens(), call.outputTokens());
    add(ended.nanoUsd(), call.costNanoUsd());
  }

  private static void add(Metrics.Counter counter, @Nullable Long amount) {
    if (amount != null && amount > 0) {
      counter.add(amount);
    }
  }

  private Meters meters(Labels labels, CallSettled.Outcome outcome) {
    String[] tags = {
      "kind", labels.kind().name().toLowerCase(Locale.ROOT),
      "provider", labels.provider(),
      "stream", Boolean.toString(labels.stream()),
      "outcome", outcome.name().toLowerCase(Locale.ROOT)
    };
    return new Meters(
        metrics.counter("gimbal.calls", tags),
        metrics.timer("gimbal.calls.duration", tags),
        metrics.timer("gimbal.calls.first.byte", tags),
        metrics.counter("gimbal.calls.input.tokens", tags),
        metrics.counter("gimbal.calls.output.tokens", tags),
        metrics.counter("gimbal.calls.cost.nano.usd", tags));
  }

  private static Labels labels(CallOpened call) {
    return new Labels(call.kind(), provider(call), call.stream());
  }

  private static String provider(CallOpened call) {
    if (call.kind() == CallOpened.Kind.APPLICATION) {
      return "application";
    }
    int slash = call.model().indexOf('/');
    String name = slash < 0 ? call.model() : call.model().substring(0, slash);
    return KNOWN_PROVIDERS.contains(name) ? name : "other";
  }

  private static double seconds(List<Thread> threads) {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    return threads.stream()
            .mapToLong(thread -> Math.max(0, bean.getThreadCpuTime(thread.threadId())))
            .sum()
        / 1e9;
  }

  private static double processSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : 0;
  }
}
