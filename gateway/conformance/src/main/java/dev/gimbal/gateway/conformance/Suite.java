package dev.gimbal.gateway.conformance;

import dev.gimbal.gateway.conformance.http.Upstream;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// The upstreams, and all cases played against a target. Upstreams take turns with nobody but
/// themselves, so that the cases of different upstreams run at the same time.
public final class Suite implements AutoCloseable {
  /// What is said of the rows of a pair whose row 0 did not pass.
  public static final String PAIR_BROKEN = "the pair does not work at all: row 0 says why";

  private final Map<Wire, Upstream> upstreams = new EnumMap<>(Wire.class);

  /// @param ports of the upstreams, in the order of [Wire]; 0: any that is free
  public Suite(List<Integer> ports) {
    Iterator<Integer> next = ports.iterator();
    for (Wire wire : Wire.values()) {
      upstreams.put(wire, new Upstream(wire, next.next()));
    }
  }

  /// Upstreams on free ports.
  public static Suite anywhere() {
    return new Suite(List.of(0, 0, 0, 0));
  }

  public Upstream upstream(Wire wire) {
    Upstream upstream = upstreams.get(wire);
    if (upstream == null) {
      throw new IllegalStateException("no upstream of " + wire);
    }
    return upstream;
  }

  /// Plays cases on all pairs.
  ///
  /// @param heard told of each result, from several threads
  public List<Result> run(Target target, List<Case> cases, Consumer<Result> heard) {
    List<Result> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Result>>> running = new ArrayList<>();
      for (Upstream upstream : upstreams.values()) {
        running.add(threads.submit(() -> run(target, cases, upstream, heard)));
      }
      for (Future<List<Result>> one : running) {
        results.addAll(one.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the suite itself failed", e.getCause());
    }
    results.sort(Comparator.comparingInt(Result::row).thenComparing(Result::title));
    return results;
  }

  private static List<Result> run(
      Target target, List<Case> cases, Upstream upstream, Consumer<Result> heard) {
    List<Result> results = new ArrayList<>();
    for (Wire caller : Wire.values()) {
      Bench bench = new Bench(target, caller, upstream);
      boolean broken = false;
      for (Case one : cases) {
        Result result =
            !broken || one.row() == 0
                ? play(one, bench)
                : result(one, bench, Verdict.NOT_SUPPORTED, PAIR_BROKEN);
        broken |= one.row() == 0 && result.verdict() != Verdict.PASS;
        results.add(result);
        heard.accept(result);
      }
    }
    return results;
  }

  private static Result play(Case one, Bench bench) {
    if (!one.applies().test(bench.caller(), bench.upstream())) {
      return result(one, bench, Verdict.NOT_APPLICABLE, one.elsewhere());
    }
    try {
      bench.says(Said.hello());
      one.act().play(bench);
      return result(one, bench, Verdict.PASS, "");
    } catch (Judged judged) {
      String words = judged.getMessage() == null ? "" : judged.getMessage();
      return result(one, bench, judged.verdict(), words);
    } catch (IOException | RuntimeException e) {
      return result(one, bench, Verdict.FAIL, "no answer could be read: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return result(one, bench, Verdict.FAIL, "interrupted");
    }
  }

  private static Result result(Case one, Bench bench, Verdict verdict, String words) {
    return new Result(one.row(), one.title(), bench.caller(), bench.upstream(), verdict, words);
  }

  @Override
  public void close() {
    upstreams.values().forEach(Upstream::close);
  }
}
