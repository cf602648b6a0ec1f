package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls, each with one thing that some dialect cannot say, and answers.
final class Samples {
  static final JsonNode SCHEMA =
      tree(
          "{\"type\":\"object\",\"properties\":{\"zone\":{\"type\":\"string\"},\"at\":{\"type\":\"string\"}},"
              + "\"required\":[\"zone\"],\"additionalProperties\":false}");
  private static final Part.CacheMark MARK = new Part.CacheMark(null);

  private Samples() {}

  static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  static ModelRequest plain() {
    return new ModelRequest(
        "some-model",
        List.of(new Part.Text("Be brief.")),
        List.of(
            user(new Part.Text("What time is it?")),
            assistant(new Part.Text("Where?")),
            user(new Part.Text("几点了？ \"Lyon\"\n😀"))),
        List.of(),
        ToolUse.DEFAULT,
        new ModelRequest.Sampling(500L, null, null, null, List.of(), null, null, null, null, null),
        null,
        OutputForm.TEXT,
        false,
        false,
        null,
        List.of());
  }

  static ModelRequest tools(@Nullable String signature) {
    return with(
        plain(),
        List.of(
            user(new Part.Text("Time in Lyon and in Xi'an?")),
            assistant(
                new Part.Text("I look."),
                new Part.ToolCall("call_1", "clock", "{\"zone\":\"Lyon\"}", signature, null),
                new Part.ToolCall("call_2", "clock", "{\"zone\":\"Xi'an\"}", null, null)),
            user(
                new Part.ToolResult("call_1", "clock", List.of(new Part.Text("9:00")), false, null),
                new Part.ToolResult(
                    "call_2", "clock", List.of(new Part.Text("16:00")), false, null))),
        List.of(new Tool("clock", "The time in a zone.", SCHEMA, null, null)));
  }

  /// One call a feature that uses it; the plain call apart from that.
  static Map<Feature, ModelRequest> featured() {
    Map<Feature, ModelRequest> all = new EnumMap<>(Feature.class);
    all.put(Feature.MAX_TOKENS, plain());
    all.put(Feature.TEMPERATURE, sampling(null, 0.5, null, null, List.of(), null, null, null));
    all.put(Feature.TOP_P, sampling(null, null, 0.9, null, List.of(), null, null, null));
    all.put(Feature.TOP_K, sampling(null, null, null, 40L, List.of(), null, null, null));
    all.put(Feature.STOP, sampling(null, null, null, null, List.of("END", "。"), null, null, null));
    all.put(Feature.SEED, sampling(null, null, null, null, List.of(), 7L, null, null));
    all.put(
        Feature.PRESENCE_PENALTY, sampling(null, null, null, null, List.of(), null, 0.25, null));
    all.put(
        Feature.FREQUENCY_PENALTY, sampling(null, null, null, null, List.of(), null, null, 0.25));
    all.put(
        Feature.CANDIDATES,
        new Change(plain())
            .sampling(
                new ModelRequest.Sampling(
                    500L, null, null, null, List.of(), null, null, null, 2L, null)));
    putMedia(all);
    all.put(Feature.TOOLS, tools(null));
    all.put(Feature.TOOL_CHOICE, used(new ToolUse(ToolUse.Choice.NAMED, "clock", null)));
    all.put(Feature.PARALLEL_TOOLS, used(new ToolUse(ToolUse.Choice.AUTO, null, false)));
    all.put(
        Feature.TOOL_STRICT,
        with(plain(), plain().turns(), List.of(new Tool("clock", null, SCHEMA, true, null))));
    all.put(Feature.TOOL_RESULT_FAILED, result(new Part.Text("no such zone"), true));
    all.put(
        Feature.TOOL_RESULT_MEDIA,
        result(
            new Part.Media(
                Part.Media.Kind.IMAGE,
                new Part.Source.Inline("image/png", "iVBORw0KGgo="),
                null,
                null,
                null),
            false));
    all.put(Feature.JSON_OBJECT, new Change(plain()).form(new OutputForm.AnyJson()));
    all.put(
        Feature.JSON_SCHEMA,
        new Change(plain()).form(new OutputForm.Schema("place", null, SCHEMA, null)));
    all.put(
        Feature.REASONING_EFFORT,
        new Change(plain()).reasoning(new ModelRequest.Reasoning("high", null)));
    all.put(
        Feature.REASONING_BUDGET,
        new Change(plain()).reasoning(new ModelRequest.Reasoning(null, 4_096L)));
    all.put(
        Feature.CACHE_MARK,
        with(
            plain(),
            List.of(user(new Part.Text("a long text", MARK), new Part.Text("a question"))),
            List.of()));
    all.put(Feature.CALLER, new Change(plain()).caller("user-17"));
    return all;
  }

  private static void putMedia(Map<Feature, ModelRequest> all) {
    all.put(
        Feature.IMAGE_ADDRESS,
        media(Part.Media.Kind.IMAGE, new Part.Source.Address("https://example.com/a.png", null)));
    all.put(
        Feature.IMAGE_INLINE,
        media(Part.Media.Kind.IMAGE, new Part.Source.Inline("image/png", "iVBORw0KGgo=")));
    all.put(
        Feature.AUDIO,
        media(Part.Media.Kind.AUDIO, new Part.Source.Inline("audio/wav", "UklGRg==")));
    all.put(
        Feature.VIDEO,
        media(Part.Media.Kind.VIDEO, new Part.Source.Inline("video/mp4", "AAAAGA==")));
    all.put(
        Feature.FILE,
        media(Part.Media.Kind.FILE, new Part.Source.Inline("application/pdf", "JVBERi0=")));
    all.put(
        Feature.FILE_NAME,
        media(
            new Part.Media(
                Part.Media.Kind.FILE,
                new Part.Source.Inline("application/pdf", "JVBERi0="),
                "a.pdf",
                null,
                null)));
    all.put(
        Feature.MEDIA_DETAIL,
        media(
            new Part.Media(
                Part.Media.Kind.IMAGE,
                new Part.Source.Inline("image/png", "iVBORw0KGgo="),
                null,
                "high",
                null)));
    all.put(
        Feature.MADE_MEDIA,
        with(
            plain(),
            List.of(
                user(new Part.Text("Paint.")),
                assistant(
                    new Part.Text("Here:"),
                    new Part.Media(
                        Part.Media.Kind.IMAGE,
                        new Part.Source.Inline("image/png", "iVBORw0KGgo="),
                        null,
                        null,
                        null)),
                user(new Part.Text("Brighter."))),
            List.of()));
    all.put(Feature.STORED_FILE, media(Part.Media.Kind.FILE, new Part.Source.Stored("file-123")));
  }

  static List<ModelAnswer> answers() {
    TokenCount counted = new TokenCount(100L, 40L, null, 25L, 5L);
    List<ModelAnswer> all = new ArrayList<>();
    all.add(answer(List.of(new Part.Text("Nine. 九点 \"😀\"\n")), Stop.Reason.END, counted));
    all.add(answer(List.of(new Part.Text("Nine")), Stop.Reason.LENGTH, counted));
    all.add(answer(List.of(new Part.Text("Nine")), Stop.Reason.END, null));
    all.add(
        answer(
            List.of(
                new Part.Text("I look."),
                new Part.ToolCall("call_1", "clock", "{\"zone\":\"Lyon\"}", null, null),
                new Part.ToolCall("call_2", "clock", "{\"zone\":\"Xi'an\"}", null, null)),
            Stop.Reason.TOOL_CALLS,
            counted));
    return all;
  }

  static List<AnswerEvent> events(ModelAnswer answer) {
    List<AnswerEvent> events = new ArrayList<>();
    events.add(new AnswerEvent.Started(answer.id(), answer.model(), answer.created()));
    int number = 0;
    for (Part part : answer.parts()) {
      switch (part) {
        case Part.Text text -> {
          int half =
              text.text()
                  .offsetByCodePoints(0, text.text().codePointCount(0, text.text().length()) / 2);
          events.add(new AnswerEvent.TextPiece(number, text.text().substring(0, half)));
          events.add(new AnswerEvent.TextPiece(number, text.text().substring(half)));
        }
        case Part.ToolCall call -> {
          events.add(new AnswerEvent.ToolStarted(number, call.id(), call.name(), call.signature()));
          events.add(new AnswerEvent.ToolPiece(number, call.arguments().substring(0, 5)));
          events.add(new AnswerEvent.ToolPiece(number, call.arguments().substring(5)));
        }
        default -> throw new IllegalArgumentException("no events for " + part);
      }
      number++;
    }
    events.add(new AnswerEvent.Stopped(answer.stop()));
    if (answer.usage() != null) {
      events.add(new AnswerEvent.Counted(answer.usage()));
    }
    events.add(new AnswerEvent.Ended());
    return events;
  }

  private static ModelAnswer answer(
      List<Part> parts, Stop.Reason reason, @Nullable TokenCount usage) {
    return new ModelAnswer("id-1", "some-model", 1_760_000_000L, parts, Stop.of(reason), usage);
  }

  private static ModelRequest sampling(
      @Nullable Long ignored,
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Long topK,
      List<String> stop,
      @Nullable Long seed,
      @Nullable Double presence,
      @Nullable Double frequency) {
    return new Change(plain())
        .sampling(
            new ModelRequest.Sampling(
                500L, temperature, topP, topK, stop, seed, presence, frequency, null, null));
  }

  private static ModelRequest media(Part.Media.Kind kind, Part.Source source) {
    return media(new Part.Media(kind, source, null, null, null));
  }

  private static ModelRequest media(Part.Media media) {
    return with(plain(), List.of(user(new Part.Text("What is this?"), media)), List.of());
  }

  private static ModelRequest used(ToolUse use) {
    return new Change(tools(null)).toolUse(use);
  }

  private static ModelRequest result(Part content, boolean failed) {
    return with(
        plain(),
        List.of(
            user(new Part.Text("Time?")),
            assistant(new Part.ToolCall("call_1", "clock", "{\"zone\":\"?\"}", null, null)),
            user(new Part.ToolResult("call_1", "clock", List.of(content), failed, null))),
        List.of(new Tool("clock", null, SCHEMA, null, null)));
  }

  private static ModelRequest with(
      ModelRequest from, List<ModelRequest.Turn> turns, List<Tool> tools) {
    return new Change(from).turns(turns, tools);
  }

  static ModelRequest.Turn user(Part... parts) {
    return new ModelRequest.Turn(ModelRequest.Role.USER, List.of(parts));
  }

  static ModelRequest.Turn assistant(Part... parts) {
    return new ModelRequest.Turn(ModelRequest.Role.ASSISTANT, List.of(parts));
  }

  /// A call with one thing changed.
  record Change(ModelRequest from) {
    ModelRequest turns(List<ModelRequest.Turn> turns, List<Tool> tools) {
      return made(
          turns,
          tools,
          from.toolUse(),
          from.sampling(),
          from.reasoning(),
          from.form(),
          from.caller());
    }

    ModelRequest toolUse(ToolUse use) {
      return made(
          from.turns(),
          from.tools(),
          use,
          from.sampling(),
          from.reasoning(),
          from.form(),
          from.caller());
    }

    ModelRequest sampling(ModelRequest.Sampling sampling) {
      return made(
          from.turns(),
          from.tools(),
          from.toolUse(),
          sampling,
          from.reasoning(),
          from.form(),
          from.caller());
    }

    ModelRequest reasoning(ModelRequest.Reasoning reasoning) {
      return made(
          from.turns(),
          from.tools(),
          from.toolUse(),
          from.sampling(),
          reasoning,
          from.form(),
          from.caller());
    }

    ModelRequest form(OutputForm form) {
      return made(
          from.turns(),
          from.tools(),
          from.toolUse(),
          from.sampling(),
          from.reasoning(),
          form,
          from.caller());
    }

    ModelRequest caller(String caller) {
      return made(
          from.turns(),
          from.tools(),
          from.toolUse(),
          from.sampling(),
          from.reasoning(),
          from.form(),
          caller);
    }

    private ModelRequest made(
        List<ModelRequest.Turn> turns,
        List<Tool> tools,
        ToolUse use,
        ModelRequest.Sampling sampling,
        ModelRequest.@Nullable Reasoning reasoning,
        OutputForm form,
        @Nullable String caller) {
      return new ModelRequest(
          from.model(),
          from.system(),
          turns,
          tools,
          use,
          sampling,
          reasoning,
          form,
          from.stream(),
          from.streamUsage(),
          caller,
          List.of());
    }
  }
}
