package dev.gimbal.gateway.conformance.cases;

import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Caller;
import dev.gimbal.gateway.conformance.wire.Said;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Row 8: a caller that goes away takes its upstream call with it.
final class GoneCases {
  /// Without an end of it, a model would go on for minutes.
  private static final Duration ANSWER = Duration.ofSeconds(4);

  private static final Duration SOON = Duration.ofSeconds(2);

  private GoneCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(8, "gone before the first byte", bench -> beforeAnything(bench, true)),
        Case.everywhere(8, "gone before a whole answer", bench -> beforeAnything(bench, false)),
        Case.everywhere(8, "gone in the middle", GoneCases::inTheMiddle));
  }

  private static void beforeAnything(Bench bench, boolean stream)
      throws IOException, InterruptedException {
    bench.plays(
        (request, out) -> {
          if (out.pause(ANSWER)) {
            throw new IOException("the gateway hung up");
          }
          bench.saying(Said.hello()).answer(request, out);
        });
    try (Caller caller = bench.open(bench.ask(stream))) {
      bench.demand(bench.awaits(1), "the upstream is called", caller);
    }
    hungUp(bench);
  }

  private static void inTheMiddle(Bench bench) throws IOException, InterruptedException {
    List<String> events = bench.upstreamForm().events(Said.hello());
    bench.plays(
        (request, out) -> {
          out.begin();
          for (String event : events) {
            out.send(event);
            if (event.contains("beta") && out.pause(ANSWER)) {
              throw new IOException("the gateway hung up");
            }
          }
          out.end();
        });
    boolean heard;
    try (Caller caller = bench.open(bench.ask(true))) {
      heard = caller.hears("alpha");
    }
    bench.demand(heard, "text is handed on when it comes", bench.received().size() + " calls");
    hungUp(bench);
  }

  private static void hungUp(Bench bench) throws InterruptedException {
    boolean gone;
    try {
      gone = bench.last().gone().get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      gone = false;
    }
    bench.demand(gone, "the upstream's connection is closed within 2 s", "it was open");
  }
}
