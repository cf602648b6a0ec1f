package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSession.Slow;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.guard.TextGuards.Change;
import dev.gimbal.gateway.guard.TextPass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One text of a stream and the pieces in which it comes. What a tool is given is held until it is
/// whole. For one thread at a time.
final class Channel implements TextPass.Out {
  private final GuardSession session;
  private final Asker asker;
  private final Place place;
  private final int outer;
  private final boolean looked;
  private final @Nullable TextPass pass;
  private final @Nullable StringBuilder arguments;
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private int total;
  private int passed;

  /// A piece, in places of the whole text.
  private record Piece(HeldEvent event, List<Change> changes, int start, int end) {}

  Channel(GuardSession session, Asker asker, TextSpot first) {
    this.session = session;
    this.asker = asker;
    this.place = first.place;
    this.outer = first.outer;
    this.looked = session.looksAt(place, true);
    this.arguments = first.json && looked ? new StringBuilder() : null;
    this.pass = first.json ? null : session.begin(place, true);
  }

  /// Number of the answer or block that it belongs to; -1: unknown.
  int outer() {
    return outer;
  }

  int held() {
    return total - passed;
  }

  void push(HeldEvent event, TextSpot spot, String text) {
    if (!looked || text.isEmpty()) {
      return;
    }
    List<Change> changes = new ArrayList<>(0);
    event.waitFor(spot, changes);
    pieces.add(new Piece(event, changes, total, total + text.length()));
    total += text.length();
    if (pass != null) {
      pass.push(text, this);
    } else if (arguments != null) {
      if (arguments.length() + text.length() > TextPass.MOST_WHOLE) {
        session.unjudged(place);
        kept(passed, total);
      } else {
        arguments.append(text);
      }
    }
  }

  /// The text is whole.
  ///
  /// @return completes, on the loop, when all of it was handed on or refused
  CompletionStage<Void> finish() {
    if (pass != null) {
      pass.finish();
      return finish(pass);
    }
    if (arguments == null || passed == total) {
      return CompletableFuture.completedFuture(null);
    }
    String whole = arguments.toString();
    List<Change> changes = new ArrayList<>(ToolArguments.judge(session, whole, true));
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (Slow guard : session.slow(place)) {
      asked.add(
          asker
              .ask(guard, whole)
              .thenAccept(verdict -> take(guard, verdict, whole, changes))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenAccept(done -> release(changes));
  }

  private void take(Slow guard, SlowVerdict verdict, String whole, List<Change> changes) {
    session.apply(guard, verdict);
    if (verdict instanceof SlowVerdict.Judged judged && guard.redacts()) {
      for (SlowVerdict.Replacement found : judged.replacements()) {
        if (found.end() <= whole.length()) {
          String original = whole.substring(found.start(), found.end());
          String by = session.instead(guard, found, original);
          BodyGuard.add(changes, found.start(), found.end(), by);
        }
      }
    }
  }

  private void release(List<Change> changes) {
    if (session.refusal() != null) {
      return;
    }
    int at = 0;
    for (Change change : changes) {
      kept(at, change.start());
      replaced(change.start(), change.end(), change.by());
      at = change.end();
    }
    kept(at, total);
  }

  private CompletionStage<Void> finish(TextPass judged) {
    boolean waits = judged.holdsWhole();
    if (!waits) {
      judged.release(this);
    }
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (Slow guard : judged.slow()) {
      asked.add(
          asker
              .ask(guard, judged.whole())
              .thenAccept(verdict -> take(judged, guard, verdict))
              .toCompletableFuture());
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
    if (!waits) {
      return CompletableFuture.completedFuture(null);
    }
    return all.thenAccept(done -> judged.release(this));
  }

  private static void take(TextPass judged, Slow guard, SlowVerdict verdict) {
    judged.apply(guard, verdict);
  }

  @Override
  public void kept(int from, int to) {
    passed = to;
    while (!pieces.isEmpty() && pieces.getFirst().end <= to) {
      pieces.removeFirst().event.ready();
    }
  }

  @Override
  public void replaced(int from, int to, String by) {
    String say = by;
    for (Piece piece : pieces) {
      if (piece.start >= to) {
        break;
      }
      int start = Math.max(from, piece.start);
      int end = Math.min(to, piece.end);
      if (start < end) {
        piece.changes.add(new Change(start - piece.start, end - piece.start, say));
        say = "";
      }
    }
    kept(from, to);
  }
}
