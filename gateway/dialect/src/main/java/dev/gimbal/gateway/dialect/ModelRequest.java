package dev.gimbal.gateway.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A call, said in no dialect.
///
/// @param system what the model is told before all turns
/// @param turns user and assistant; results of tools lie in a user's turn
/// @param reasoning null: the model's own way
/// @param caller an opaque name of whom it is for; null: not said
/// @param leftovers what could not be read into this
public record ModelRequest(
    String model,
    List<Part> system,
    List<Turn> turns,
    List<Tool> tools,
    ToolUse toolUse,
    Sampling sampling,
    @Nullable Reasoning reasoning,
    OutputForm form,
    boolean stream,
    boolean streamUsage,
    @Nullable String caller,
    List<Leftover> leftovers) {

  public ModelRequest {
    system = List.copyOf(system);
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    leftovers = List.copyOf(leftovers);
  }

  /// What one side says at a time.
  public record Turn(Role role, List<Part> parts) {
    public Turn {
      parts = List.copyOf(parts);
    }
  }

  /// Who speaks. Instructions amid the turns keep their place where a dialect has one for them.
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /// How the next token is picked and when to stop; null: the model's own.
  ///
  /// @param maxTokens of the output, at least 1
  /// @param stop texts that end the output and are not part of it
  /// @param candidates how many answers; null: one
  /// @param logprobs how many of the likeliest tokens are told at the place of each, whose own
  ///     probability is told too; null: none of it
  public record Sampling(
      @Nullable Long maxTokens,
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Long topK,
      List<String> stop,
      @Nullable Long seed,
      @Nullable Double presencePenalty,
      @Nullable Double frequencyPenalty,
      @Nullable Long candidates,
      @Nullable Long logprobs) {
    /// Nothing is asked for.
    public static final Sampling DEFAULT =
        new Sampling(null, null, null, null, List.of(), null, null, null, null, null);

    public Sampling {
      stop = List.copyOf(stop);
    }
  }

  /// How much the model thinks first. Where a dialect knows only one of the two, the other is
  /// put into its words: 1,024, 4,096 and 16,384 tokens are `low`, `medium` and `high`.
  ///
  /// @param effort `none`, `minimal`, `low`, `medium` or `high`; null if a number was given
  /// @param budgetTokens most tokens of thinking; null if an effort was given
  public record Reasoning(@Nullable String effort, @Nullable Long budgetTokens) {}
}
