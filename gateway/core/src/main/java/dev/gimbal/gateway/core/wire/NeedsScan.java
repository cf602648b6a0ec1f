package dev.gimbal.gateway.core.wire;

import dev.gimbal.gateway.routing.Capability;
import io.vertx.core.buffer.Buffer;
import java.util.EnumSet;
import java.util.Set;

/// What a call asks of a model beyond text, found in its body in any dialect's spelling. What
/// stands inside the declaration of a tool asks for nothing.
public final class NeedsScan implements JsonSink {
  private static final byte[][] NAMES =
      JsonScanner.names(
          "tools",
          "functions",
          "image_url",
          "input_audio",
          "type",
          "mimeType",
          "mime_type",
          "responseSchema",
          "response_schema",
          "responseJsonSchema",
          "file_data",
          "file_id");
  private static final int TOOLS = 0;
  private static final int FUNCTIONS = 1;
  private static final int IMAGE_URL = 2;
  private static final int INPUT_AUDIO = 3;
  private static final int TYPE = 4;
  private static final int MIME_TYPE = 5;
  private static final int MIME_TYPE_SNAKE = 6;
  private static final int RESPONSE_SCHEMA = 7;
  private static final int RESPONSE_SCHEMA_SNAKE = 8;
  private static final int RESPONSE_JSON_SCHEMA = 9;
  private static final int FILE_DATA = 10;
  private static final int FILE_ID = 11;

  private final Set<Capability> needs = EnumSet.noneOf(Capability.class);
  private final JsonScanner scanner = new JsonScanner(this, NAMES);
  private int symbol = JsonScanner.OTHER;

  private NeedsScan() {}

  /// What a body asks for; of a body that is no JSON, what was found until there.
  public static Set<Capability> of(Buffer body) {
    NeedsScan scan = new NeedsScan();
    try {
      scan.scanner.feed(body.getBytes(), 0, body.length());
    } catch (MalformedJsonException e) {
      return scan.needs;
    }
    return scan.needs;
  }

  private boolean inTool() {
    int top = scanner.depth() > 0 ? scanner.at(0) : JsonScanner.OTHER;
    return top == TOOLS || top == FUNCTIONS;
  }

  @Override
  public void name(int name, long start) {
    symbol = name;
    if (scanner.depth() == 1 && (name == TOOLS || name == FUNCTIONS)) {
      needs.add(Capability.TOOLS);
    } else if (!inTool()) {
      switch (name) {
        case IMAGE_URL -> needs.add(Capability.IMAGES);
        case INPUT_AUDIO -> needs.add(Capability.AUDIO);
        case FILE_DATA, FILE_ID -> needs.add(Capability.FILES);
        case RESPONSE_SCHEMA, RESPONSE_SCHEMA_SNAKE, RESPONSE_JSON_SCHEMA ->
            needs.add(Capability.STRUCTURED);
        default -> {}
      }
    }
  }

  @Override
  public void begin(boolean object, long at) {
    symbol = JsonScanner.OTHER;
  }

  @Override
  public void end(boolean object, long behind) {}

  @Override
  public void text(long start, long behind) {
    if (inTool()) {
      return;
    }
    if (symbol == TYPE) {
      switch (scanner.captured()) {
        case "image", "input_image", "image_url" -> needs.add(Capability.IMAGES);
        case "input_audio" -> needs.add(Capability.AUDIO);
        case "document", "file", "input_file" -> needs.add(Capability.FILES);
        case "json_object", "json_schema" -> needs.add(Capability.STRUCTURED);
        default -> {}
      }
    } else if (symbol == MIME_TYPE || symbol == MIME_TYPE_SNAKE) {
      String type = scanner.captured();
      if (type.startsWith("image/")) {
        needs.add(Capability.IMAGES);
      } else if (type.startsWith("audio/")) {
        needs.add(Capability.AUDIO);
      } else {
        needs.add(Capability.FILES);
      }
    }
  }

  @Override
  public void plain(long start, long behind) {}
}
