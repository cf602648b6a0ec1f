package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one call.
final class RequestReader {
  // The model is told by the path.
  private static final Set<String> HARMLESS = Set.of("model", "labels", "store", "serviceTier");
  private static final Set<String> LENIENT =
      Set.of("OFF", "BLOCK_NONE", "HARM_BLOCK_THRESHOLD_UNSPECIFIED");

  private final List<Leftover> leftovers = new ArrayList<>();

  ModelRequest read(JsonNode body) {
    Fields call = Fields.of(body, "");
    TurnReader reader = new TurnReader(leftovers);
    List<Part> system = reader.system(call.object("systemInstruction"));
    List<Fields> contents = call.objects("contents");
    if (contents.isEmpty()) {
      throw call.wrong("contents", "must hold at least one turn");
    }
    List<ModelRequest.Turn> turns = contents.stream().map(reader::turn).toList();
    ToolReader tools = new ToolReader(leftovers);
    tools.read(call);
    GenerationReader generation = new GenerationReader(leftovers);
    Fields config = call.object("generationConfig");
    if (config != null) {
      generation.read(config);
    }
    call.objects("safetySettings").forEach(this::safety);
    call.leave(leftovers, HARMLESS);
    return new ModelRequest(
        "",
        system,
        turns,
        tools.tools(),
        tools.use(),
        generation.sampling(),
        generation.reasoning(),
        generation.form(),
        false,
        false,
        null,
        leftovers);
  }

  /// A filter that is asked to let everything through is one that the target need not have; one
  /// that is asked to block cannot be left out.
  private void safety(Fields setting) {
    @Nullable String threshold = setting.text("threshold");
    boolean lenient = threshold == null || LENIENT.contains(threshold.toUpperCase(Locale.ROOT));
    leftovers.add(new Leftover(setting.path(), lenient));
  }
}
