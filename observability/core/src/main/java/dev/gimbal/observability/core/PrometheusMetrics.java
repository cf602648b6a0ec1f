package dev.gimbal.observability.core;

import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.http.Response;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/// [Metrics] in Micrometer's registry for Prometheus.
final class PrometheusMetrics implements Metrics, AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2),
  };

  /// As OpenTelemetry's conventions advise for tokens.
  private static final double[] AMOUNTS = {
    1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<DoubleSupplier> totals = new CopyOnWriteArrayList<>();
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /// Adds what every Java process has.
  void bindProcess() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /// The page that Prometheus reads.
  String scrape() {
    return registry.scrape();
  }

  /// The page as an answer.
  Response page() {
    byte[] page = scrape().getBytes(StandardCharsets.UTF_8);
    return new Response.Content(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        page.length,
        new ByteArrayInputStream(page),
        Map.of());
  }

  @Override
  public Counter counter(String name, String... tags) {
    return registry.counter(name, tags)::increment;
  }

  @Override
  public Timer timer(String name, String... tags) {
    return io.micrometer.core.instrument.Timer.builder(name)
            .tags(tags)
            .serviceLevelObjectives(BUCKETS)
            .register(registry)
        ::record;
  }

  @Override
  public Amounts amounts(String name, String... tags) {
    return DistributionSummary.builder(name)
            .tags(tags)
            .serviceLevelObjectives(AMOUNTS)
            .register(registry)
        ::record;
  }

  @Override
  public void gauge(String name, DoubleSupplier value, String... tags) {
    Gauge.builder(name, value::getAsDouble).tags(tags).register(registry);
  }

  /// A total that somebody else counts. The registry holds what it asks weakly: we hold it.
  void total(String name, DoubleSupplier value, String... tags) {
    totals.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .tags(Tags.of(tags))
        .register(registry);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
