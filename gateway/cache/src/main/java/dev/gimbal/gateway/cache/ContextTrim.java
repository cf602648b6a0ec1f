package dev.gimbal.gateway.cache;

import dev.gimbal.gateway.cache.JsonSpans.Span;
import dev.gimbal.gateway.cache.JsonSpans.Splice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Drops the oldest turns of a call that is longer than a bound, by splices into its bytes. What
/// is always kept: everything outside the turns (system prompt, tools, settings), instructions
/// among the turns, and the last exchange. An exchange goes as a whole: what the user said and
/// everything up to what they said next, so that a tool's call is never parted from its result.
///
/// So that the providers' caches of prefixes still hit, turns go in steps: once some must go, as
/// many go as make a quarter of the bound, and the same ones go in the calls that follow, until the
/// rest is too long again. Pure; thread-safe.
public final class ContextTrim {
  private static final int STEPS = 4;

  private ContextTrim() {}

  /// In which field and shape a dialect has its turns.
  public enum Form {
    CHAT("messages"),
    MESSAGES("messages"),
    RESPONSES("input"),
    GEMINI("contents");

    private final String turns;

    Form(String turns) {
      this.turns = turns;
    }

    /// The field that has the turns.
    public String turns() {
      return turns;
    }
  }

  /// @param body the very same array where nothing was dropped
  /// @param dropped turns (elements of the list) that are not in it
  /// @param fits whether it is within the bound now; false: the last exchange alone is too long
  public record Trimmed(byte[] body, int dropped, boolean fits) {}

  /// @param start of its first turn in the list
  /// @param end behind its last turn in the list
  private record Exchange(int start, int end, long tokens) {}

  /// The call within the bound, as far as that can be had.
  ///
  /// @param mostTokens by [#estimate]
  public static Trimmed fit(Form form, byte[] body, long mostTokens) {
    if (body.length / 4 <= mostTokens && estimate(body, 0, body.length) <= mostTokens) {
      return new Trimmed(body, 0, true);
    }
    Optional<Span> call = JsonSpans.of(body);
    Span turns = call.map(Span::fields).map(fields -> fields.get(form.turns)).orElse(null);
    if (turns == null || turns.elements().isEmpty()) {
      return new Trimmed(body, 0, false);
    }
    List<Exchange> exchanges = exchanges(form, body, turns.elements());
    long whole = estimate(body, 0, body.length);
    long step = Math.max(1, mostTokens / STEPS);
    long due = (Math.max(0, whole - mostTokens) + step - 1) / step * step;
    boolean[] gone = new boolean[turns.elements().size()];
    long saved = 0;
    int dropped = 0;
    for (int at = 0; at < exchanges.size() - 1 && saved < due; at++) {
      Exchange exchange = exchanges.get(at);
      for (int turn = exchange.start; turn < exchange.end; turn++) {
        boolean goes = !instructs(form, turns.elements().get(turn));
        gone[turn] = goes;
        dropped += goes ? 1 : 0;
      }
      saved += exchange.tokens;
    }
    byte[] fitted = dropped == 0 ? body : without(body, turns.elements(), gone);
    return new Trimmed(fitted, dropped, whole - saved <= mostTokens);
  }

  /// Tokens of a text in UTF-8, assumed: four letters or signs of ASCII, or one other character, a
  /// token.
  static long estimate(byte[] bytes, int from, int to) {
    long ascii = 0;
    long others = 0;
    for (int at = from; at < to; at++) {
      if (bytes[at] >= 0) {
        ascii++;
      } else if ((bytes[at] & 0xC0) == 0xC0) {
        others++;
      }
    }
    return ascii / 4 + others;
  }

  private static List<Exchange> exchanges(Form form, byte[] body, List<Span> turns) {
    List<Exchange> exchanges = new ArrayList<>();
    int start = 0;
    long tokens = 0;
    for (int at = 0; at < turns.size(); at++) {
      Span turn = turns.get(at);
      if (at > start && begins(form, turn)) {
        exchanges.add(new Exchange(start, at, tokens));
        start = at;
        tokens = 0;
      }
      tokens += instructs(form, turn) ? 0 : estimate(body, turn.start(), turn.end());
    }
    exchanges.add(new Exchange(start, turns.size(), tokens));
    return exchanges;
  }

  /// Whether a turn is something new that the user says, and not what a tool gave.
  private static boolean begins(Form form, Span turn) {
    String role = turn.said("role").toLowerCase(Locale.ROOT);
    return switch (form) {
      case CHAT -> role.equals("user");
      case RESPONSES -> role.equals("user") && !turn.said("type").endsWith("_output");
      case MESSAGES -> role.equals("user") && !holds(turn, "content", "tool_result");
      case GEMINI -> !role.equals("model") && !role.equals("function") && !answers(turn);
    };
  }

  private static boolean holds(Span turn, String field, String type) {
    Span content = turn.fields().get(field);
    return content != null
        && content.elements().stream().anyMatch(block -> block.said("type").equals(type));
  }

  private static boolean answers(Span turn) {
    Span parts = turn.fields().get("parts");
    return parts != null
        && parts.elements().stream()
            .anyMatch(
                part ->
                    part.fields().containsKey("functionResponse")
                        || part.fields().containsKey("function_response"));
  }

  private static boolean instructs(Form form, Span turn) {
    String role = turn.said("role");
    return (form == Form.CHAT || form == Form.RESPONSES)
        && (role.equals("system") || role.equals("developer"));
  }

  /// Each turn that goes takes the comma behind it along; the last turn is never among them.
  private static byte[] without(byte[] body, List<Span> turns, boolean[] gone) {
    List<Splice> cuts = new ArrayList<>();
    for (int at = 0; at < gone.length - 1; at++) {
      if (gone[at]) {
        int next = turns.get(at + 1).start();
        cuts.add(new Splice(turns.get(at).start(), next, "".getBytes(StandardCharsets.UTF_8)));
      }
    }
    return JsonSpans.splice(body, cuts);
  }
}
