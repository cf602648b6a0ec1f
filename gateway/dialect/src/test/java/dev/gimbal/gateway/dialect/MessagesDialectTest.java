package dev.gimbal.gateway.dialect;

import dev.gimbal.gateway.dialect.messages.MessagesDialect;

final class MessagesDialectTest extends DialectContractTest {
  @Override
  Dialect dialect() {
    return new MessagesDialect();
  }

  @Override
  ModelRequest asWritten(ModelRequest request) {
    Samples.Change change = new Samples.Change(request);
    if (request.form() instanceof OutputForm.Schema schema) {
      // A schema has no name here.
      return change.form(new OutputForm.Schema(null, null, schema.schema(), null));
    }
    if (request.reasoning() != null && request.reasoning().budgetTokens() != null) {
      // A budget must be below the limit of the output, 500 in this call: it is put into words.
      return change.reasoning(new ModelRequest.Reasoning("medium", null));
    }
    return request;
  }

  @Override
  ModelAnswer asWritten(ModelAnswer answer) {
    // An answer has no time here.
    return new ModelAnswer(
        answer.id(), answer.model(), null, answer.parts(), answer.stop(), answer.usage());
  }
}
