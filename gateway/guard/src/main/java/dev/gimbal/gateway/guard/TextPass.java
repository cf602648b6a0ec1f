package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.Languages;
import dev.gimbal.platform.text.sensitive.Text;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// One text under guard, whole or as it comes. What may be said is handed on in order as soon as
/// every guard that acts has decided about it; what is handed on does not depend on how the text
/// was cut. No more than [#mostHeld] characters wait, or all of a text where a guard must see it
/// whole. For one thread.
///
/// First [#push] each piece, then [#finish]; if [#slow] guards are to be asked, [#apply] what they
/// say; then [#release].
public final class TextPass {
  /// Characters of a text that a guard may want to see whole.
  public static final int MOST_WHOLE = 1 << 18;

  private static final int SHORTEST_TOPIC = 20;
  private static final int LANGUAGE_SAMPLE = 4_000;
  private static final int SHORTEST_LANGUAGE = 20;

  private final GuardSession session;
  private final Place place;
  private final Plan plan;
  private final List<Plan.Working> working;
  private final Text text = new Text();
  private final PriorityQueue<Found> waiting = new PriorityQueue<>();
  private final @Nullable StringBuilder whole;
  private final boolean[] allowed;
  private boolean holds;
  private boolean overflowed;
  private int released;
  private int found;
  private int read;

  /// Hears what may be said; places count from the beginning of the text.
  public interface Out {
    /// The next characters pass as they are.
    void kept(int from, int to);

    /// The next characters give way.
    void replaced(int from, int to, String by);
  }

  /// In the order in which they give way: from the beginning, the longer first, then as found.
  private record Found(int start, int end, int number, String by) implements Comparable<Found> {
    @Override
    public int compareTo(Found other) {
      int byStart = Integer.compare(start, other.start);
      int byEnd = byStart != 0 ? byStart : Integer.compare(other.end, end);
      return byEnd != 0 ? byEnd : Integer.compare(number, other.number);
    }
  }

  TextPass(GuardSession session, Place place, Plan plan, @Nullable Pseudonyms pseudonyms) {
    this.session = session;
    this.place = place;
    this.plan = plan;
    this.working = plan.work(pseudonyms);
    this.holds = plan.holdsWhole();
    boolean seen = !plan.wholes().isEmpty() || !plan.slow().isEmpty();
    this.whole = seen ? new StringBuilder() : null;
    this.allowed = new boolean[plan.guards().size()];
  }

  /// The guards that must be asked about the whole text, once it is finished.
  public List<GuardSession.Slow> slow() {
    return overflowed ? List.of() : session.slow(place);
  }

  /// The whole text, if a guard wants it whole and it is not too long.
  public String whole() {
    return whole == null ? "" : whole.toString();
  }

  /// Whether the text must wait for its slow guards.
  public boolean holdsWhole() {
    return holds;
  }

  /// Characters that wait now.
  public int held() {
    return text.end() - released;
  }

  /// No more characters than these wait.
  public int mostHeld() {
    if (plan.holdsWhole()) {
      return MOST_WHOLE;
    }
    return working.stream()
        .filter(Plan.Working::acts)
        .mapToInt(w -> w.matcher().mostHeld())
        .max()
        .orElse(0);
  }

  /// Takes the next piece.
  public void push(String piece, Out out) {
    text.append(piece);
    if (whole != null && !overflowed) {
      if (whole.length() + piece.length() > MOST_WHOLE) {
        overflow();
      } else {
        whole.append(piece);
      }
    }
    emit(advance(false), out);
    if (!holds) {
      text.forget(Math.min(read, released));
    }
  }

  /// A text that is too long to be seen whole cannot be judged by those who must.
  private void overflow() {
    overflowed = true;
    holds = false;
    plan.wholes().forEach(guard -> session.failed(place, plan, guard));
    plan.slow().forEach(guard -> session.failed(place, plan, guard));
  }

  /// Says that the text is whole.
  public void finish() {
    advance(true);
    if (whole == null || overflowed) {
      return;
    }
    for (int guard : plan.wholes()) {
      String kind = judged(guard, whole);
      if (kind != null) {
        session.found(place, plan, guard, kind);
      }
    }
  }

  private @Nullable String judged(int guard, StringBuilder said) {
    return switch (plan.guards().get(guard).rule()) {
      case GuardRule.Topic topic -> {
        boolean off = !topic.allowed().isEmpty() && !allowed[guard];
        yield off && said.length() >= SHORTEST_TOPIC ? "off_topic" : null;
      }
      case GuardRule.Language language -> {
        String sample = said.substring(0, Math.min(said.length(), LANGUAGE_SAMPLE));
        String spoken = sample.strip().length() < SHORTEST_LANGUAGE ? "" : Languages.of(sample);
        yield spoken.isEmpty() || language.allowed().contains(spoken) ? null : "language_" + spoken;
      }
      default -> null;
    };
  }

  /// Takes what a slow guard said; between [#finish] and [#release].
  public void apply(GuardSession.Slow guard, SlowVerdict said) {
    session.apply(guard, said);
    if (said instanceof SlowVerdict.Judged judged && guard.redacts()) {
      String all = whole();
      judged.replacements().stream()
          .filter(r -> r.start() < r.end() && r.end() <= text.end())
          .forEach(
              r -> {
                String by = session.instead(guard, r, all.substring(r.start(), r.end()));
                waiting.add(new Found(r.start(), r.end(), found++, by));
              });
    }
  }

  /// Hands on all that waits, unless the call was refused.
  public void release(Out out) {
    holds = false;
    emit(text.end(), out);
  }

  private int advance(boolean ended) {
    int decided = text.end();
    read = text.end();
    for (Plan.Working each : working) {
      int until = each.matcher().advance(text, ended, this::found);
      read = Math.min(read, until);
      decided = each.acts() ? Math.min(decided, until) : decided;
    }
    return decided;
  }

  private void found(int start, int end, int guard, String kind, boolean more) {
    if (guard == Pseudonyms.Restoring.GUARD) {
      text.anchor(start);
      waiting.add(
          new Found(
              start, end, found++, session.instead(plan, guard, kind, text.original(start, end))));
      return;
    }
    if (kind.startsWith(GuardSession.ALLOWED)) {
      allowed[guard] = true;
      return;
    }
    if (!more) {
      session.found(place, plan, guard, kind);
    }
    if (plan.guards().get(guard).action() == Action.REDACT) {
      String by = more ? "" : session.instead(plan, guard, kind, text.original(start, end));
      waiting.add(new Found(start, end, found++, by));
    }
  }

  private void emit(int until, Out out) {
    if (holds || session.refusal() != null) {
      return;
    }
    while (!waiting.isEmpty()) {
      if (waiting.element().start >= until) {
        break;
      }
      Found next = waiting.remove();
      int from = Math.max(next.start, released);
      if (next.end > from) {
        keep(from, out);
        out.replaced(from, next.end, next.by);
        released = next.end;
      }
    }
    keep(until, out);
  }

  private void keep(int until, Out out) {
    if (until > released) {
      out.kept(released, until);
      released = until;
    }
  }

  /// Characters that are still there, for what [Out#kept] names.
  public String original(int from, int to) {
    return text.original(from, to);
  }
}
