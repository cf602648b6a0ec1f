package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PrometheusMetricsTest {
  @Test
  void shouldShowWhatRoomsCount() {
    try (PrometheusMetrics metrics = new PrometheusMetrics()) {
      metrics.counter("gimbal.test.searches", "retrieval", "hybrid").add(3);
      metrics.timer("gimbal.test.search").record(Duration.ofMillis(30));
      metrics.gauge("gimbal.test.depth", () -> 7);

      assertThat(metrics.scrape())
          .contains("gimbal_test_searches_total{retrieval=\"hybrid\"} 3.0")
          .contains("gimbal_test_search_seconds_bucket{le=\"0.05\"} 1")
          .contains("gimbal_test_depth 7.0");
    }
  }

  @Test
  void shouldGoOnAskingForATotalThatNobodyElseHolds() {
    AtomicLong counted = new AtomicLong(1);
    try (PrometheusMetrics metrics = new PrometheusMetrics()) {
      metrics.total("gimbal.test.total", counted::get);
      System.gc();
      counted.set(5);

      assertThat(metrics.scrape()).contains("gimbal_test_total 5.0");
    }
  }
}
