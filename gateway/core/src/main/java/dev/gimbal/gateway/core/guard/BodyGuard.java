package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.core.guard.TextSpot.Role;
import dev.gimbal.gateway.core.wire.Edit;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSession.Slow;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.guard.TextGuards;
import dev.gimbal.gateway.guard.TextGuards.Change;
import dev.gimbal.gateway.guard.TextPass;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Judges the texts of a whole body and says what gives way in its bytes; every other byte stays.
/// Guards that answer at once see each text by itself, slow ones those of a place together. For
/// one thread at a time.
final class BodyGuard {
  private static final String BETWEEN = "\n\n";

  private final GuardSession session;
  private final boolean fromModel;
  private final Asker asker;
  private final byte[] body;
  private final List<Judged> judged = new ArrayList<>();
  private final List<Edit> twins = new ArrayList<>(0);
  private final Map<Place, Joined> joined = new EnumMap<>(Place.class);

  /// A text and what gives way in it.
  private record Judged(TextSpot spot, List<Change> changes) {}

  /// The texts of a place as its slow guards see them.
  private static final class Joined {
    private final StringBuilder text = new StringBuilder();
    private final List<Judged> parts = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private boolean overflowed;

    private void add(String part, Judged judged) {
      if (text.length() + part.length() > TextPass.MOST_WHOLE) {
        overflowed = true;
        return;
      }
      text.append(text.isEmpty() ? "" : BETWEEN);
      starts.add(text.length());
      parts.add(judged);
      text.append(part);
    }
  }

  /// @param fromModel whether a model said it
  BodyGuard(GuardSession session, boolean fromModel, Asker asker, byte[] body) {
    this.session = session;
    this.fromModel = fromModel;
    this.asker = asker;
    this.body = body;
  }

  /// What gives way, in order; nothing if the session refuses the call.
  ///
  /// @param retrieved what of the texts was found for the call, in order
  CompletionStage<List<Edit>> judge(List<Stretch> retrieved, boolean hidesTwins) {
    TextFinder finder =
        new TextFinder(fromModel ? TextFinder.Kind.ANSWER : TextFinder.Kind.REQUEST);
    for (TextSpot spot : retrieved(finder.find(body, 0, body.length), retrieved)) {
      if (spot.role == Role.TWIN) {
        if (hidesTwins) {
          twins.add(Twins.without(body, spot));
        }
      } else if (spot.role == Role.UNSEEN) {
        session.unseen(spot.place);
      } else {
        judge(spot);
      }
    }
    if (session.refusal() != null || joined.isEmpty()) {
      return CompletableFuture.completedFuture(edits());
    }
    return slow().thenApply(done -> edits());
  }

  /// The same texts, cut where what was found begins and ends.
  private static List<TextSpot> retrieved(List<TextSpot> spots, List<Stretch> retrieved) {
    if (retrieved.isEmpty()) {
      return spots;
    }
    List<TextSpot> cut = new ArrayList<>();
    for (TextSpot spot : spots) {
      int at = spot.start;
      for (Stretch found : retrieved) {
        if (found.start() >= spot.start && found.end() <= spot.end) {
          add(cut, spot.within(at, found.start(), spot.place));
          add(cut, spot.within(found.start(), found.end(), Place.RETRIEVED));
          at = found.end();
        }
      }
      if (at == spot.start) {
        cut.add(spot);
      } else {
        add(cut, spot.within(at, spot.end, spot.place));
      }
    }
    return cut;
  }

  private static void add(List<TextSpot> to, TextSpot spot) {
    if (spot.start < spot.end) {
      to.add(spot);
    }
  }

  private void judge(TextSpot spot) {
    List<Slow> slow = session.slow(spot.place);
    if (!session.looksAt(spot.place, fromModel)) {
      return;
    }
    String text = JsonText.decode(body, spot.start, spot.end);
    List<Change> changes =
        spot.json
            ? ToolArguments.judge(session, text, fromModel)
            : TextGuards.judge(session, spot.place, text, fromModel);
    Judged one = new Judged(spot, new ArrayList<>(changes));
    if (!changes.isEmpty() || !slow.isEmpty()) {
      judged.add(one);
    }
    if (!slow.isEmpty()) {
      joined.computeIfAbsent(spot.place, place -> new Joined()).add(text, one);
    }
  }

  private CompletionStage<Void> slow() {
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    joined.forEach(
        (place, texts) -> {
          for (Slow guard : session.slow(place)) {
            if (texts.overflowed) {
              session.apply(guard, new SlowVerdict.Failed("the text is too long"));
            } else {
              asked.add(
                  asker
                      .ask(guard, texts.text.toString())
                      .thenAccept(verdict -> take(guard, verdict, texts))
                      .toCompletableFuture());
            }
          }
        });
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
  }

  private void take(Slow guard, SlowVerdict verdict, Joined texts) {
    session.apply(guard, verdict);
    if (!(verdict instanceof SlowVerdict.Judged found) || !guard.redacts()) {
      return;
    }
    for (SlowVerdict.Replacement change : found.replacements()) {
      for (int i = 0; i < texts.parts.size(); i++) {
        int start = texts.starts.get(i);
        int end = i + 1 < texts.parts.size() ? texts.starts.get(i + 1) : texts.text.length();
        if (change.start() >= start && change.end() <= end) {
          String original = texts.text.substring(change.start(), change.end());
          String by = session.instead(guard, change, original);
          add(texts.parts.get(i).changes, change.start() - start, change.end() - start, by);
        }
      }
    }
  }

  /// What was found before goes first.
  static void add(List<Change> to, int start, int end, String by) {
    boolean free = to.stream().allMatch(c -> end <= c.start() || start >= c.end());
    if (free && start < end) {
      to.add(new Change(start, end, by));
      to.sort(Comparator.comparingInt(Change::start));
    }
  }

  private List<Edit> edits() {
    List<Edit> edits = new ArrayList<>(twins);
    if (session.refusal() != null) {
      return List.of();
    }
    for (Judged each : judged) {
      edits.addAll(edits(body, each.spot, each.changes));
    }
    edits.sort(Comparator.comparingInt(Edit::start));
    return edits;
  }

  /// The bytes that give way where changes are made in a text.
  static List<Edit> edits(byte[] body, TextSpot spot, List<Change> changes) {
    List<Edit> edits = new ArrayList<>(changes.size());
    if (spot.bare && !changes.isEmpty()) {
      String by = '"' + changes.getFirst().by() + '"';
      edits.add(new Edit(spot.start, spot.end, by.getBytes(StandardCharsets.UTF_8)));
      return edits;
    }
    int at = spot.start;
    int units = 0;
    for (Change change : changes) {
      int from = JsonText.behind(body, at, change.start() - units);
      int to = JsonText.behind(body, from, change.end() - change.start());
      edits.add(new Edit(from, to, JsonText.encoded(change.by())));
      at = to;
      units = change.end();
    }
    return edits;
  }
}
