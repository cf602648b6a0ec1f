package dev.gimbal.gateway.provider.local.child;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.kherud.llama.LlamaModel;
import dev.gimbal.platform.process.ChildServer;

/// Turns JSON schemas into grammars. In a process of its own, for the engine aborts on a schema
/// that it does not understand.
public final class GrammarChild {
  private GrammarChild() {}

  public static void main(String[] arguments) {
    NativeLibrary.extractHere();
    ChildServer.serve(
        (request, answer) ->
            LlamaModel.jsonSchemaToGrammar(new String(request, UTF_8)).getBytes(UTF_8));
  }
}
