package dev.gimbal.gateway.core.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.ChatAnswerScan;
import dev.gimbal.gateway.core.wire.EventReader;
import dev.gimbal.gateway.core.wire.GeminiAnswerScan;
import dev.gimbal.gateway.core.wire.MessagesAnswerScan;
import dev.gimbal.gateway.core.wire.ResponsesAnswerScan;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.guard.TextGuards;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.sensitive.Entity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Answers as events, by dialect. What is asserted is the bytes that a caller gets.
final class AnswerGuardTest {
  private static final String SAID = "Write to ann@example.com or 写信 bob@example.com, \"now\".";
  private static final String LEFT = "Write to [email] or 写信 [email], \"now\".";

  /// How a dialect says a text and the arguments of a tool in pieces, and ends.
  enum Form {
    CHAT(
        "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}",
        "/choices/0/delta/content",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
            + "{\"arguments\":%s}}]}}]}",
        "/choices/0/delta/tool_calls/0/function/arguments",
        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"),
    MESSAGES(
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":%s}}",
        "/delta/text",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"partial_json\":%s}}",
        "/delta/partial_json",
        "{\"type\":\"content_block_stop\",\"index\":0}"),
    RESPONSES(
        "{\"type\":\"response.output_text.delta\",\"item_id\":\"i\",\"output_index\":0,"
            + "\"content_index\":0,\"delta\":%s,\"sequence_number\":4}",
        "/delta",
        "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":1,\"delta\":%s}",
        "/delta",
        "{\"type\":\"response.completed\",\"response\":{\"output\":[]}}"),
    GEMINI(
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":%s}]},\"index\":0}]}",
        "/candidates/0/content/parts/0/text",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"args\":%s}}]}}]}",
        "",
        "{\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\"}]}");

    private final String piece;
    private final String at;
    private final String tool;
    private final String toolAt;
    private final String end;

    Form(String piece, String at, String tool, String toolAt, String end) {
      this.piece = piece;
      this.at = at;
      this.tool = tool;
      this.toolAt = toolAt;
      this.end = end;
    }

    private AnswerScan scan() {
      return switch (this) {
        case CHAT -> new ChatAnswerScan();
        case MESSAGES -> new MessagesAnswerScan();
        case RESPONSES -> new ResponsesAnswerScan();
        case GEMINI -> new GeminiAnswerScan();
      };
    }
  }

  private static final class Caller implements AnswerGuard.Out {
    private final List<String> events = new ArrayList<>();
    private @Nullable GatewayException why;

    @Override
    public void event(byte[] bytes, int from, int to) {
      events.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void refused(GatewayException refusal) {
      why = refusal;
    }

    private String text(String at) {
      StringBuilder text = new StringBuilder();
      for (String event : events) {
        JsonNode data = Json.read(event.substring(event.indexOf('{')), JsonNode.class);
        text.append(data.at(at).asText(""));
      }
      return text.toString();
    }
  }

  private final Caller caller = new Caller();
  private final Asker nobody =
      (guard, text) -> CompletableFuture.completedFuture(SlowVerdict.PASSED);

  @ParameterizedTest
  @EnumSource(Form.class)
  void shouldRedactWhatIsCutBetweenEventsAndHandOnAsManyAsCame(Form form) {
    for (int size : new int[] {1, 3, 7, 100}) {
      Caller each = new Caller();
      AnswerGuard guard = new AnswerGuard(session(mail(Action.REDACT)), nobody, true, each);
      int events = 0;
      for (int at = 0; at < SAID.length(); at += size) {
        String piece = SAID.substring(at, Math.min(SAID.length(), at + size));
        send(guard, form.piece, piece);
        events++;
      }
      send(guard, form.end);
      assertThat(guard.end()).isCompleted();
      assertThat(each.text(form.at)).isEqualTo(LEFT);
      assertThat(each.events).hasSize(events + 1);
      assertThat(each.events.getLast()).isEqualTo(event(form.end));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void shouldSayTheSameOfEventsThatOnlyRepeatTheOneBefore(Form form) {
    for (int size : new int[] {1, 3, 7, 100}) {
      for (Action action : Action.values()) {
        List<byte[]> events = stream(form, size);
        Caller read = new Caller();
        AnswerGuard reading = new AnswerGuard(session(mail(action)), nobody, true, read);
        events.forEach(event -> reading.event(event, 0, event.length));
        reading.end();
        Caller compared = new Caller();
        AnswerGuard comparing = new AnswerGuard(session(mail(action)), nobody, true, compared);
        EventReader reader = new EventReader(form.scan());
        int repeats = 0;
        for (byte[] event : events) {
          reader.read(event, 0, event.length);
          comparing.event(event, 0, event.length, reader);
          repeats += reader.repeats() ? 1 : 0;
        }
        comparing.end();

        assertThat(compared.events).isEqualTo(read.events);
        assertThat(compared.why == null).isEqualTo(read.why == null);
        assertThat(comparing.heldCharacters()).isEqualTo(reading.heldCharacters());
        assertThat(repeats).isGreaterThan(size == 100 ? -1 : events.size() / 3);
      }
    }
  }

  /// A text, a tool's arguments in between, more of the text, and its end.
  private static List<byte[]> stream(Form form, int size) {
    List<String> events = new ArrayList<>();
    for (int at = 0; at < SAID.length(); at += size) {
      String piece = SAID.substring(at, Math.min(SAID.length(), at + size));
      events.add(event(form.piece.formatted(Json.write(piece))));
      if (at / size == 2) {
        events.add(event(form.tool.formatted(form.toolAt.isEmpty() ? "{}" : "\"{}\"")));
      }
    }
    events.add(event(form.end));
    return events.stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toList();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void shouldHandOnHarmlessEventsByteForByte(Form form) {
    AnswerGuard guard = new AnswerGuard(session(mail(Action.REDACT)), nobody, true, caller);
    String event = "event: x\nid: 7\ndata:" + form.piece.formatted("\"\\u0041 b\\/c\"") + "\n\n";
    byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
    guard.event(bytes, 0, bytes.length);
    guard.end();

    assertThat(caller.events).containsExactly(event);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void shouldStopAtWhatIsBlockedAndSayNothingOfIt(Form form) {
    AnswerGuard guard = new AnswerGuard(session(mail(Action.BLOCK)), nobody, true, caller);
    for (int at = 0; at < SAID.length(); at++) {
      send(guard, form.piece, SAID.substring(at, at + 1));
    }
    send(guard, form.end);

    assertThat(caller.text(form.at)).isEqualTo("Write to ");
    assertThat(caller.why).isNotNull();
    assertThat(String.valueOf(caller.why.getMessage()))
        .contains("mail", "email")
        .doesNotContain("ann@");
  }

  @ParameterizedTest
  @EnumSource(value = Form.class, mode = EnumSource.Mode.EXCLUDE, names = "GEMINI")
  void shouldHoldWhatAToolIsGivenUntilItIsWhole(Form form) {
    AnswerGuard guard = new AnswerGuard(session(mail(Action.REDACT)), nobody, true, caller);
    String arguments = "{\"to\":\"ann\\u0040example.com\",\"phone\":1,\"q\":\"é\"}";
    for (int at = 0; at < arguments.length(); at += 5) {
      send(guard, form.tool, arguments.substring(at, Math.min(arguments.length(), at + 5)));
    }
    assertThat(caller.events).isEmpty();
    assertThat(guard.heldCharacters()).isEqualTo(arguments.length());
    send(guard, form.end);

    assertThat(caller.text(form.toolAt)).isEqualTo("{\"to\":\"[email]\",\"phone\":1,\"q\":\"é\"}");
  }

  @Test
  void shouldLookIntoWhatGeminiGivesAToolInOnePiece() {
    AnswerGuard guard = new AnswerGuard(session(mail(Action.REDACT)), nobody, true, caller);
    byte[] event =
        event(Form.GEMINI.tool.formatted("{\"to\":[\"ann@example.com\"]}"))
            .getBytes(StandardCharsets.UTF_8);
    guard.event(event, 0, event.length);

    assertThat(caller.events.getFirst()).contains("{\"to\":[\"[email]\"]}");
  }

  @Test
  void shouldRedactWhatALaterEventRepeats() {
    AnswerGuard guard = new AnswerGuard(session(mail(Action.REDACT)), nobody, true, caller);
    send(guard, Form.RESPONSES.piece, SAID);
    send(
        guard,
        "{\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,\"text\":%s}",
        SAID);
    send(
        guard,
        "{\"type\":\"response.completed\",\"response\":{\"output\":[{\"type\":\"message\","
            + "\"content\":[{\"type\":\"output_text\",\"text\":%s,\"logprobs\":[{\"token\":\"ann\"}]}]}]}}",
        SAID);
    guard.end();

    assertThat(caller.text("/text")).isEqualTo(LEFT);
    assertThat(caller.text("/response/output/0/content/0/text")).isEqualTo(LEFT);
    assertThat(caller.events.getLast()).contains("\"logprobs\":[]");
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "GEMINI"})
  void shouldKeepTheTextsOfSeveralAnswersApart(Form form) {
    AnswerGuard guard = new AnswerGuard(session(mail(Action.REDACT)), nobody, true, caller);
    String other = form.piece.replace("\"index\":0", "\"index\":1");
    send(guard, form.piece, "Write ann@exa");
    send(guard, other, "mple.com");
    send(guard, form.piece, "mple.com ");
    guard.end();

    assertThat(caller.events.get(0)).contains("Write [email]");
    assertThat(caller.events.get(1)).contains("mple.com");
    assertThat(caller.events.get(2)).contains("\" \"");
  }

  @Test
  void shouldPutBackWhatPseudonymsOfThePromptStandFor() {
    GuardSession session =
        session(
            new GuardDeclaration(
                "p",
                new GuardRule.Pii(EnumSet.of(Entity.EMAIL), true),
                Set.of(Place.PROMPT),
                Action.REDACT,
                true,
                100));
    TextGuards.judge(session, Place.PROMPT, "I am \"ann\"@x or ann@example.com", false);
    AnswerGuard guard = new AnswerGuard(session, nobody, false, caller);
    send(guard, Form.CHAT.piece, "Dear <EMA");
    send(guard, Form.CHAT.piece, "IL_1>!");
    send(guard, Form.CHAT.end);

    assertThat(caller.text(Form.CHAT.at)).isEqualTo("Dear ann@example.com!");
  }

  @Test
  void shouldWaitForASlowGuardThatBlocksAndNotForOneThatFlags() {
    for (Action action : List.of(Action.BLOCK, Action.FLAG)) {
      CompletableFuture<SlowVerdict> said = new CompletableFuture<>();
      Caller each = new Caller();
      GuardSession session =
          session(
              new GuardDeclaration(
                  "s", new GuardRule.Injection("c", 0.5), Set.of(Place.ANSWER), action, true, 100));
      AnswerGuard guard = new AnswerGuard(session, (slow, text) -> said, true, each);
      send(guard, Form.CHAT.piece, "Hello there");
      assertThat(each.events).hasSize(action == Action.BLOCK ? 0 : 1);
      send(guard, Form.CHAT.end);
      CompletableFuture<Void> end = guard.end().toCompletableFuture();
      assertThat(end.isDone()).isEqualTo(action == Action.FLAG);
      said.complete(new SlowVerdict.Judged(List.of("bad"), List.of()));
      assertThat(end).isCompleted();
      assertThat(each.why != null).isEqualTo(action == Action.BLOCK);
      assertThat(each.events).hasSize(action == Action.BLOCK ? 0 : 2);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Form.class, mode = EnumSource.Mode.EXCLUDE, names = "GEMINI")
  void shouldTakeOutOfAToolsArgumentsWhatASlowGuardFinds(Form form) {
    GuardSession session =
        session(
            new GuardDeclaration(
                "s",
                new GuardRule.Http("http://127.0.0.1/"),
                Set.of(Place.TOOL_ARGUMENTS),
                Action.REDACT,
                true,
                100));
    Asker finds =
        (guard, text) -> {
          int at = text.indexOf("Zork");
          return CompletableFuture.completedFuture(
              new SlowVerdict.Judged(
                  List.of("name"), List.of(new SlowVerdict.Replacement(at, at + 4, "[gone]"))));
        };
    AnswerGuard guard = new AnswerGuard(session, finds, true, caller);
    for (String piece : List.of("{\"to\":\"Zo", "rk\",\"n\":1}")) {
      send(guard, form.tool, piece);
    }
    send(guard, form.end);

    assertThat(caller.text(form.toolAt)).isEqualTo("{\"to\":\"[gone]\",\"n\":1}");
  }

  private static GuardDeclaration mail(Action action) {
    return new GuardDeclaration(
        "mail",
        new GuardRule.Pii(EnumSet.of(Entity.EMAIL), false),
        Set.of(Place.ANSWER, Place.TOOL_ARGUMENTS),
        action,
        true,
        100);
  }

  private static GuardSession session(GuardDeclaration guard) {
    return new GuardSession(new GuardSet(List.of(guard)));
  }

  private static void send(AnswerGuard guard, String form, String... texts) {
    String data = texts.length == 0 ? form : form.formatted(Json.write(texts[0]));
    byte[] bytes = event(data).getBytes(StandardCharsets.UTF_8);
    guard.event(bytes, 0, bytes.length);
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }
}
