package dev.gimbal.gateway.conformance.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model answers, in no wire's words.
///
/// @param thought empty: it did not think aloud
/// @param signature of the thought; empty: none
/// @param text in the pieces in which it streams
/// @param usage null: the upstream does not say
public record Said(
    String thought,
    String signature,
    List<String> text,
    List<ToolCall> calls,
    Stop stop,
    @Nullable Usage usage) {

  /// Why a model stopped.
  public enum Stop {
    END,
    LENGTH,
    TOOLS,
    OTHER
  }

  /// @param arguments JSON, in the pieces in which it streams
  public record ToolCall(String id, String name, List<String> arguments) {
    public String whole() {
      return String.join("", arguments);
    }
  }

  /// Tokens.
  ///
  /// @param input all of them, those from and into a cache among them
  /// @param cached read from a cache
  /// @param written into a cache
  /// @param output all of them, thoughts among them
  public record Usage(int input, int cached, int written, int output, int reasoning) {}

  public static final Usage USAGE = new Usage(19, 0, 0, 7, 0);

  /// Three pieces of text.
  public static Said hello() {
    return new Said("", "", List.of("alpha ", "beta ", "gamma."), List.of(), Stop.END, USAGE);
  }

  /// Two tool calls in one answer.
  public static Said twoCalls() {
    return new Said(
        "",
        "",
        List.of(),
        List.of(
            new ToolCall("call_one", "clock", List.of("{\"zone\":", "\"Europe/", "Lyon\"}")),
            new ToolCall("call_two", "clock", List.of("{\"zone\":\"As", "ia/Tokyo\"}"))),
        Stop.TOOLS,
        USAGE);
  }

  public Said stopping(Stop why) {
    return new Said(thought, signature, text, calls, why, usage);
  }

  public Said using(@Nullable Usage tokens) {
    return new Said(thought, signature, text, calls, stop, tokens);
  }

  public Said thinking(String aloud, String signed) {
    return new Said(aloud, signed, text, calls, stop, usage);
  }

  public String words() {
    return String.join("", text);
  }
}
