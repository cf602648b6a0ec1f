package dev.gimbal.gateway.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A whole answer, said in no dialect.
///
/// @param id as the provider gave it; null: none
/// @param created seconds since 1970; null: not said
/// @param parts of the first answer
/// @param stop of the first answer
/// @param others the other answers, where several were asked for
/// @param usage of all answers; null: the provider did not count
public record ModelAnswer(
    @Nullable String id,
    String model,
    @Nullable Long created,
    List<Part> parts,
    Stop stop,
    List<Choice> others,
    @Nullable TokenCount usage) {

  public ModelAnswer {
    parts = List.copyOf(parts);
    others = List.copyOf(others);
  }

  /// One answer.
  public ModelAnswer(
      @Nullable String id,
      String model,
      @Nullable Long created,
      List<Part> parts,
      Stop stop,
      @Nullable TokenCount usage) {
    this(id, model, created, parts, stop, List.of(), usage);
  }

  /// One of several answers.
  public record Choice(List<Part> parts, Stop stop) {
    public Choice {
      parts = List.copyOf(parts);
    }
  }

  /// All answers, the first one first.
  public List<Choice> choices() {
    if (others.isEmpty()) {
      return List.of(new Choice(parts, stop));
    }
    List<Choice> all = new ArrayList<>(others.size() + 1);
    all.add(new Choice(parts, stop));
    all.addAll(others);
    return all;
  }

  /// The same with another count.
  public ModelAnswer counted(@Nullable TokenCount count) {
    return new ModelAnswer(id, model, created, parts, stop, others, count);
  }

  /// The same with each part as it is told.
  ModelAnswer with(UnaryOperator<Part> each) {
    List<Choice> changed =
        others.stream()
            .map(other -> new Choice(other.parts().stream().map(each).toList(), other.stop()))
            .toList();
    return new ModelAnswer(
        id, model, created, parts.stream().map(each).toList(), stop, changed, usage);
  }
}
