package dev.gimbal.gateway.provider.local.child;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.kherud.llama.LlamaModel;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.process.ChildServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Turns JSON schemas into grammars. In a process of its own, for the engine aborts on a schema
/// that it does not understand.
public final class GrammarChild {
  private GrammarChild() {}

  /// What it answers: one of the two.
  ///
  /// @param problem why the engine cannot be asked at all
  public record Answer(@Nullable String grammar, @Nullable String problem) {}

  public static void main(String[] arguments) {
    ChildServer.serve((request, parts) -> Json.bytes(answer(new String(request, UTF_8))));
  }

  private static Answer answer(String schema) {
    try {
      NativeLibrary.load();
    } catch (IOException e) {
      return new Answer(null, e.getMessage());
    }
    return new Answer(LlamaModel.jsonSchemaToGrammar(schema), null);
  }
}
