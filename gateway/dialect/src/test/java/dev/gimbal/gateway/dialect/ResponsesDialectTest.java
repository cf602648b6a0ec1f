package dev.gimbal.gateway.dialect;

import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class ResponsesDialectTest extends DialectContractTest {

  @Override
  Dialect dialect() {
    return new ResponsesDialect();
  }

  @Override
  ModelRequest asWritten(ModelRequest request) {
    return new ModelRequest(
        request.model(),
        request.system(),
        request.turns().stream().map(ResponsesDialectTest::named).toList(),
        request.tools().stream().map(ResponsesDialectTest::strictSaid).toList(),
        request.toolUse(),
        request.sampling(),
        effort(request.reasoning()),
        request.form(),
        request.stream(),
        request.streamUsage(),
        request.caller(),
        request.leftovers());
  }

  /// The vendor wants a name with the bytes of a file.
  private static ModelRequest.Turn named(ModelRequest.Turn turn) {
    List<Part> parts =
        turn.parts().stream()
            .map(
                part ->
                    part instanceof Part.Media media
                            && media.kind() == Part.Media.Kind.FILE
                            && media.source() instanceof Part.Source.Inline
                            && media.name() == null
                        ? new Part.Media(
                            media.kind(), media.source(), "file.pdf", media.detail(), media.cache())
                        : part)
            .toList();
    return new ModelRequest.Turn(turn.role(), parts);
  }

  /// Unsaid is strict in this dialect and not strict in all others, so it is always said.
  private static Tool strictSaid(Tool tool) {
    return new Tool(
        tool.name(),
        tool.description(),
        tool.schema(),
        Boolean.TRUE.equals(tool.strict()),
        tool.cache());
  }

  /// This dialect knows efforts only.
  private static ModelRequest.@Nullable Reasoning effort(
      ModelRequest.@Nullable Reasoning reasoning) {
    return reasoning == null || reasoning.budgetTokens() == null
        ? reasoning
        : new ModelRequest.Reasoning("medium", null);
  }

  /// Callers know an answer of this dialect by the beginning of its id.
  @Override
  ModelAnswer asWritten(ModelAnswer answer) {
    return new ModelAnswer(
        "resp_" + answer.id(),
        answer.model(),
        answer.created(),
        answer.parts(),
        answer.stop(),
        answer.usage());
  }
}
