package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Text;
import java.util.ArrayDeque;
import java.util.List;

/// Finds the phrases of a [PhraseList]. A match that is spread over more than [#SPAN] characters,
/// by invisible ones between, is none: so what is held is bounded.
final class PhraseMatcher implements Matcher {
  private static final int SPAN = 512;

  private final PhraseList phrases;
  private final List<String> kinds;
  private final int[] guards;

  /// The last characters that were read, and where they stand: as many as the longest phrase has
  /// and one before it.
  private final char[] read;

  private final int[] places;
  private final int ring;
  private final ArrayDeque<Ended> waiting = new ArrayDeque<>(2);
  private int count;
  private int state = PhraseList.ROOT;
  private int next;

  /// A phrase whose last character was read.
  private record Ended(int start, int end, int phrase) {}

  /// @param kinds what a finding of each list is called
  /// @param guards whose each list is; is not changed any more
  PhraseMatcher(PhraseList phrases, List<String> kinds, int[] guards) {
    this.phrases = phrases;
    this.kinds = kinds;
    this.guards = guards;
    int size = Integer.highestOneBit(phrases.longest() + 1) * 2;
    this.ring = size - 1;
    this.read = new char[size];
    this.places = new int[size];
  }

  @Override
  public int mostHeld() {
    return SPAN + 1;
  }

  @Override
  public int advance(Text text, boolean ended, Findings findings) {
    while (next < text.end()) {
      if (state == PhraseList.ROOT && waiting.isEmpty() && pass(text)) {
        continue;
      }
      char c = Folding.fold(text.raw(next));
      if (c != Folding.NOTHING && !(c == ' ' && last() == ' ')) {
        step(c, findings);
      }
      next++;
    }
    if (ended) {
      waiting.forEach(phrase -> report(phrase, findings));
      waiting.clear();
      return next;
    }
    int start = state == PhraseList.ROOT ? next : start(phrases.depth(state));
    return waiting.isEmpty() ? start : Math.min(start, first());
  }

  /// Passes over letters with which no phrase begins; only the last may matter to what follows.
  private boolean pass(Text text) {
    int end = text.end();
    int at = next;
    char before = last();
    while (at < end && phrases.idle(before, text.raw(at))) {
      before = text.raw(at++);
    }
    if (at == next) {
      return false;
    }
    read[count & ring] = text.raw(at - 1);
    places[count & ring] = at - 1;
    count++;
    next = at;
    return true;
  }

  private int first() {
    int first = next;
    for (Ended phrase : waiting) {
      first = Math.min(first, phrase.start);
    }
    return first;
  }

  private char last() {
    return count == 0 ? ' ' : read[(count - 1) & ring];
  }

  private int start(int depth) {
    return places[(count - depth) & ring];
  }

  private void step(char c, Findings findings) {
    while (!waiting.isEmpty()) {
      Ended phrase = waiting.poll();
      if (!(phrases.endsWord(phrase.phrase) && Folding.inWord(c))) {
        report(phrase, findings);
      }
    }
    read[count & ring] = c;
    places[count & ring] = next;
    count++;
    state = phrases.next(state, c);
    while (state != PhraseList.ROOT && next - start(phrases.depth(state)) >= SPAN) {
      state = phrases.fail(state);
    }
    for (int output = phrases.output(state);
        output != PhraseList.ROOT;
        output = phrases.after(output)) {
      ended(phrases.phrase(output), phrases.depth(output));
    }
  }

  private void ended(int phrase, int depth) {
    boolean goesOn =
        phrases.beginsWord(phrase)
            && count > depth
            && Folding.inWord(read[(count - depth - 1) & ring]);
    if (!goesOn) {
      waiting.add(new Ended(start(depth), next + 1, phrase));
    }
  }

  private void report(Ended phrase, Findings findings) {
    int list = phrases.list(phrase.phrase);
    findings.found(phrase.start, phrase.end, guards[list], kinds.get(list), false);
  }
}
