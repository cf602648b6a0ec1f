package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import dev.gimbal.gateway.dialect.ToolUse.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the `tools` and the `toolConfig` of one call. The mode `VALIDATED` is how this dialect
/// says that arguments must fit the schemas.
final class ToolReader {
  // They describe what a tool gives back, which the model sees when it comes.
  private static final Set<String> HARMLESS = Set.of("response", "responseJsonSchema");

  private final List<Leftover> leftovers;
  private final List<Tool> tools = new ArrayList<>();
  private ToolUse use = ToolUse.DEFAULT;
  private boolean strict;

  ToolReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  List<Tool> tools() {
    return tools;
  }

  ToolUse use() {
    return use;
  }

  void read(Fields call) {
    @Nullable Fields config = call.object("toolConfig");
    @Nullable Fields calling = config == null ? null : config.object("functionCallingConfig");
    @Nullable String mode = calling == null ? null : mode(calling);
    strict = "VALIDATED".equals(mode);
    for (Fields tool : call.objects("tools")) {
      tool.objects("functionDeclarations").forEach(this::declaration);
      tool.leave(leftovers, Set.of());
    }
    if (config != null && calling != null) {
      use = use(calling, mode);
      calling.leave(leftovers, Set.of());
    }
    if (config != null) {
      config.leave(leftovers, Set.of());
    }
  }

  private void declaration(Fields declaration) {
    String name = declaration.requiredText("name");
    @Nullable String description = declaration.text("description");
    JsonNode openApi = declaration.take("parameters");
    JsonNode json = declaration.take("parametersJsonSchema");
    if (openApi != null && json != null) {
      throw declaration.wrong("parameters", "must not stand beside parametersJsonSchema");
    }
    JsonNode schema =
        openApi == null ? json : Schemas.json(openApi, declaration.path("parameters"));
    declaration.leave(leftovers, HARMLESS);
    tools.add(new Tool(name, description, schema, strict ? true : null, null));
  }

  private static @Nullable String mode(Fields calling) {
    @Nullable String mode = calling.text("mode");
    return mode == null ? null : mode.toUpperCase(Locale.ROOT);
  }

  private ToolUse use(Fields calling, @Nullable String mode) {
    List<String> allowed = calling.texts("allowedFunctionNames");
    Choice choice =
        switch (mode == null ? "" : mode) {
          case "", "MODE_UNSPECIFIED", "VALIDATED" -> Choice.UNSAID;
          case "AUTO" -> Choice.AUTO;
          case "NONE" -> Choice.NONE;
          case "ANY" -> Choice.REQUIRED;
          default -> throw calling.wrong("mode", "must be AUTO, ANY, NONE or VALIDATED");
        };
    if (choice == Choice.REQUIRED && allowed.size() == 1) {
      return new ToolUse(Choice.NAMED, allowed.getFirst(), null);
    }
    if (!allowed.isEmpty() && choice != Choice.NONE && !areAll(allowed)) {
      leftovers.add(new Leftover(calling.path("allowedFunctionNames"), false));
    }
    return choice == Choice.UNSAID ? ToolUse.DEFAULT : new ToolUse(choice, null, null);
  }

  private boolean areAll(List<String> names) {
    return tools.stream().allMatch(tool -> names.contains(tool.name()));
  }
}
