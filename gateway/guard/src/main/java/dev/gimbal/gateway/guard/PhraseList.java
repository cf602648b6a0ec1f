package dev.gimbal.gateway.guard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Phrases as one automaton (Aho and Corasick, "Efficient string matching", CACM 1975): however
/// many there are, a text is read once. Immutable; thread-safe.
final class PhraseList {
  static final int ROOT = 0;

  private final long[] keys;
  private final int[] targets;
  private final int mask;
  private final int[] fails;
  private final int[] depths;
  private final int[] outputs;
  private final int[] nextOutputs;
  private final int[] lists;
  private final boolean[] begins;
  private final boolean[] ends;
  private final boolean[] first = new boolean[128];
  private int longest;

  /// @param phrases each with the number of the list it stands in
  PhraseList(List<Map.Entry<String, Integer>> phrases) {
    int characters = phrases.stream().mapToInt(phrase -> phrase.getKey().length()).sum() + 1;
    int slots = Integer.highestOneBit(characters * 4 + 16);
    keys = new long[slots];
    targets = new int[slots];
    mask = slots - 1;
    fails = new int[characters];
    depths = new int[characters];
    outputs = new int[characters];
    nextOutputs = new int[characters];
    lists = new int[phrases.size()];
    begins = new boolean[phrases.size()];
    ends = new boolean[phrases.size()];
    Arrays.fill(outputs, -1);
    build(phrases);
  }

  private record Edge(int from, char by, int to) {}

  private void build(List<Map.Entry<String, Integer>> phrases) {
    int states = 1;
    List<List<Edge>> children = new ArrayList<>();
    children.add(new ArrayList<>());
    for (int i = 0; i < phrases.size(); i++) {
      String phrase = Folding.fold(phrases.get(i).getKey());
      int state = ROOT;
      for (int at = 0; at < phrase.length(); at++) {
        char c = phrase.charAt(at);
        int to = target(state, c);
        if (to == 0) {
          to = states++;
          put(state, c, to);
          depths[to] = depths[state] + 1;
          children.get(state).add(new Edge(state, c, to));
          children.add(new ArrayList<>());
        }
        state = to;
      }
      lists[i] = phrases.get(i).getValue();
      longest = Math.max(longest, phrase.length());
      if (phrase.charAt(0) < first.length) {
        first[phrase.charAt(0)] = true;
      }
      begins[i] = Folding.inWord(phrase.charAt(0));
      ends[i] = Folding.inWord(phrase.charAt(phrase.length() - 1));
      outputs[state] = outputs[state] < 0 ? i : outputs[state];
    }
    link(children);
  }

  private void link(List<List<Edge>> children) {
    ArrayDeque<Edge> waiting = new ArrayDeque<>(children.get(ROOT));
    while (!waiting.isEmpty()) {
      Edge edge = waiting.poll();
      fails[edge.to] = edge.from == ROOT ? ROOT : next(fails[edge.from], edge.by);
      int failing = fails[edge.to];
      nextOutputs[edge.to] = outputs[failing] >= 0 ? failing : nextOutputs[failing];
      waiting.addAll(children.get(edge.to));
    }
  }

  private int slot(int state, char c) {
    long key = (long) state << 16 | c;
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (targets[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private int target(int state, char c) {
    return targets[slot(state, c)];
  }

  private void put(int state, char c, int to) {
    int slot = slot(state, c);
    keys[slot] = (long) state << 16 | c;
    targets[slot] = to;
  }

  /// Whether a character is a small letter or a blank with which no phrase begins; a phrase that
  /// begins with a letter begins with a word.
  boolean idle(char before, char c) {
    return c == ' ' || (c >= 'a' && c <= 'z' && (!first[c] || (before >= 'a' && before <= 'z')));
  }

  /// Characters of the longest phrase.
  int longest() {
    return longest;
  }

  /// The state behind a character.
  int next(int state, char c) {
    if (state == ROOT && c < first.length && !first[c]) {
      return ROOT;
    }
    int from = state;
    while (true) {
      int to = target(from, c);
      if (to != 0 || from == ROOT) {
        return to;
      }
      from = fails[from];
    }
  }

  int fail(int state) {
    return fails[state];
  }

  /// How many characters of a phrase were read.
  int depth(int state) {
    return depths[state];
  }

  /// The first state, from this one on, in which a phrase ends; [#ROOT]: none.
  int output(int state) {
    return outputs[state] >= 0 ? state : nextOutputs[state];
  }

  /// The next one behind an output.
  int after(int output) {
    return nextOutputs[output];
  }

  int phrase(int output) {
    return outputs[output];
  }

  /// The list that a phrase stands in.
  int list(int phrase) {
    return lists[phrase];
  }

  /// Whether no word may go on in front of it.
  boolean beginsWord(int phrase) {
    return begins[phrase];
  }

  /// Whether no word may go on behind it.
  boolean endsWord(int phrase) {
    return ends[phrase];
  }
}
