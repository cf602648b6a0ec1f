package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import dev.gimbal.gateway.dialect.ToolUse.Choice;

/// Writes one call.
final class RequestWriter {
  private final Losses losses;

  RequestWriter(Losses losses) {
    this.losses = losses;
  }

  ObjectNode write(ModelRequest request) {
    ObjectNode body = Nodes.object();
    new TurnWriter(losses).write(request, body);
    tools(request, body);
    ObjectNode config = GenerationWriter.write(request);
    if (!config.isEmpty()) {
      body.set("generationConfig", config);
    }
    if (request.caller() != null) {
      losses.harmless(Feature.CALLER);
    }
    return body;
  }

  private void tools(ModelRequest request, ObjectNode body) {
    if (!request.tools().isEmpty()) {
      ArrayNode functions = body.putArray("tools").addObject().putArray("functionDeclarations");
      request.tools().forEach(tool -> functions.add(function(tool)));
    }
    if (Boolean.FALSE.equals(request.toolUse().parallel())) {
      losses.harmful(Feature.PARALLEL_TOOLS);
    }
    ObjectNode calling = calling(request);
    if (!calling.isEmpty()) {
      body.putObject("toolConfig").set("functionCallingConfig", calling);
    }
  }

  private ObjectNode function(Tool tool) {
    if (tool.cache() != null) {
      losses.harmless(Feature.CACHE_MARK);
    }
    ObjectNode function = Nodes.object().put("name", tool.name());
    if (tool.description() != null) {
      function.put("description", tool.description());
    }
    if (tool.schema() != null) {
      function.set("parametersJsonSchema", tool.schema());
    }
    return function;
  }

  /// `ANY` and `VALIDATED` both hold the model to the schemas, of all tools at once.
  private static ObjectNode calling(ModelRequest request) {
    ObjectNode calling = Nodes.object();
    ToolUse use = request.toolUse();
    boolean strict = request.tools().stream().anyMatch(t -> Boolean.TRUE.equals(t.strict()));
    switch (use.choice()) {
      case UNSAID, AUTO -> {
        if (strict) {
          calling.put("mode", "VALIDATED");
        } else if (use.choice() == Choice.AUTO && !request.tools().isEmpty()) {
          calling.put("mode", "AUTO");
        }
      }
      case NONE -> {
        // The vendor refuses a mode without functions.
        if (!request.tools().isEmpty()) {
          calling.put("mode", "NONE");
        }
      }
      case REQUIRED -> calling.put("mode", "ANY");
      case NAMED -> calling.put("mode", "ANY").putArray("allowedFunctionNames").add(use.name());
    }
    return calling;
  }
}
