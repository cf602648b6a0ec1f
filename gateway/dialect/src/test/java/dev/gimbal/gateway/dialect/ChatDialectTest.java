package dev.gimbal.gateway.dialect;

import dev.gimbal.gateway.dialect.chat.ChatDialect;

/// The dialect as callers speak it, and servers of which nothing is known.
class ChatDialectTest extends DialectContractTest {

  @Override
  Dialect dialect() {
    return new ChatDialect();
  }

  /// The dialect knows words for the effort of thinking, no number: 4,096 tokens are `medium`.
  @Override
  ModelRequest asWritten(ModelRequest request) {
    ModelRequest.Reasoning reasoning = request.reasoning();
    return reasoning == null || reasoning.budgetTokens() == null
        ? request
        : new Samples.Change(request).reasoning(new ModelRequest.Reasoning("medium", null));
  }
}
