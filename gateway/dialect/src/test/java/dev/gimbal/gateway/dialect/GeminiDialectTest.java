package dev.gimbal.gateway.dialect;

import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import java.util.List;

/// What Gemini's dialect keeps of a call and of an answer.
final class GeminiDialectTest extends DialectContractTest {

  @Override
  Dialect dialect() {
    return new GeminiDialect();
  }

  /// The model stands in the path. Schemas have no names, and media at an address has
  /// its MIME type, by which the kinds are told.
  @Override
  ModelRequest asWritten(ModelRequest request) {
    OutputForm form =
        request.form() instanceof OutputForm.Schema schema
            ? new OutputForm.Schema(null, null, schema.schema(), null)
            : request.form();
    return new ModelRequest(
        "",
        request.system(),
        request.turns().stream().map(GeminiDialectTest::typed).toList(),
        request.tools(),
        request.toolUse(),
        request.sampling(),
        request.reasoning(),
        form,
        request.stream(),
        request.streamUsage(),
        request.caller(),
        request.leftovers());
  }

  private static ModelRequest.Turn typed(ModelRequest.Turn turn) {
    List<Part> parts =
        turn.parts().stream()
            .map(part -> part instanceof Part.Media media ? typed(media) : part)
            .toList();
    return new ModelRequest.Turn(turn.role(), parts);
  }

  private static Part typed(Part.Media media) {
    Part.Source source =
        media.source() instanceof Part.Source.Address address
            ? new Part.Source.Address(address.url(), "image/png")
            : media.source();
    return new Part.Media(media.kind(), source, media.name(), media.detail(), media.cache());
  }

  /// An answer has no time.
  @Override
  ModelAnswer asWritten(ModelAnswer answer) {
    return new ModelAnswer(
        answer.id(), answer.model(), null, answer.parts(), answer.stop(), answer.usage());
  }
}
