package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is found by comparing is what is found by reading.
final class EventReaderTest {
  private static final long SEED = 20261123;

  /// What may stand between the quotes of a text: the last six may not.
  private static final String[] TEXTS = {
    "",
    "a",
    " word",
    "eight bytes or more",
    "\\n\\t\\\\\\\"\\/",
    "\\u00e9\\ud83d\\ude00",
    "é中文\uD83D\uDE00",
    "a\",\"refusal\":\"b",
    "x\"}}],\"usage\":{\"prompt_tokens\":9},\"a\":[{\"b\":{\"c\":\"",
    "a\\",
    "\\x",
    "\\u12",
    "tab\there",
    "\u00ff",
    "\""
  };

  private static final String[] CHAT = {
    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}",
    "{\"id\":\"d\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"%s\",\"reasoning_content\":\"\"}}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"\",\"reasoning_content\":\"%s\"}}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"%s\"}},{\"delta\":{\"content\":\"two\"}}]}",
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"%s\"}}]}}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}],\"usage\":{\"prompt_tokens\":3,"
        + "\"completion_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":2}}}",
    "{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6}}",
    "{\"error\":{\"message\":\"%s\"}}",
    "{\"model\":\"%s\"}"
  };
  private static final String[] MESSAGES = {
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}",
    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"partial_json\":\"%s\"}}",
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"},\"usage\":{\"output_tokens\":7}}",
    "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}",
    "{\"type\":\"%s\"}",
    "{\"type\":\"error\",\"error\":{\"message\":\"%s\"}}",
    "{\"content\":[{\"input\":{\"a\":\"%s\"}},{\"text\":\"%s\"}]}"
  };
  private static final String[] RESPONSES = {
    "{\"type\":\"response.output_text.delta\",\"item_id\":\"i\",\"delta\":\"%s\"}",
    "{\"type\":\"%s\",\"delta\":\"a\"}",
    "{\"type\":\"response.failed\",\"delta\":\"%s\"}",
    "{\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}}",
    "{\"output\":[{\"content\":[{\"text\":\"%s\"}]}],\"status\":\"done\"}"
  };
  private static final String[] GEMINI = {
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]},\"index\":0}]}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]}}],"
        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":4}}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"args\":{\"a\":\"%s\"}}}]}}]}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]},\"finishReason\":\"STOP\"}]}"
  };

  enum Wire {
    CHAT,
    MESSAGES,
    RESPONSES,
    GEMINI;

    private AnswerScan scan() {
      return switch (this) {
        case CHAT -> new ChatAnswerScan();
        case MESSAGES -> new MessagesAnswerScan();
        case RESPONSES -> new ResponsesAnswerScan();
        case GEMINI -> new GeminiAnswerScan();
      };
    }

    private String[] forms() {
      return switch (this) {
        case CHAT -> EventReaderTest.CHAT;
        case MESSAGES -> EventReaderTest.MESSAGES;
        case RESPONSES -> EventReaderTest.RESPONSES;
        case GEMINI -> EventReaderTest.GEMINI;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void shouldFindWhatReadingEachEventWholeFinds(Wire wire) {
    Random random = new Random(SEED);
    String[] forms = wire.forms();
    int compared = 0;
    for (int stream = 0; stream < 3_000; stream++) {
      AnswerScan whole = wire.scan();
      AnswerScan read = wire.scan();
      EventReader reader = new EventReader(read);
      String form = forms[0];
      for (int event = 0; event < 12; event++) {
        if (random.nextInt(4) == 0) {
          form = forms[random.nextInt(forms.length)];
        }
        byte[] bytes = event(random, form);
        int room = random.nextInt(5);
        byte[] placed = Arrays.copyOf(new byte[room], room + bytes.length + 3);
        System.arraycopy(bytes, 0, placed, room, bytes.length);

        EventScan.Kind expected = EventScan.read(bytes, 0, bytes.length, whole);
        EventScan.Kind kind = reader.read(placed, room, room + bytes.length);

        assertThat(kind).isEqualTo(expected);
        if (expected == EventScan.Kind.BROKEN) {
          // A relay stops there.
          break;
        }
        assertThat(found(read))
            .as(() -> new String(bytes, StandardCharsets.UTF_8))
            .isEqualTo(found(whole));
        if (reader.repeats()) {
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(3_000);
  }

  private static byte[] event(Random random, String form) {
    String text = TEXTS[random.nextInt(random.nextInt(6) == 0 ? TEXTS.length : 7)];
    byte[] json = form.replace("%s", text).getBytes(StandardCharsets.UTF_8);
    String head = random.nextInt(20) == 0 ? ": note\n" : random.nextInt(9) == 0 ? "id: 7\n" : "";
    String data = random.nextInt(9) == 0 ? "data:" : "data: ";
    List<byte[]> parts = new ArrayList<>();
    if (random.nextInt(30) == 0) {
      parts.add(": nothing\n\n".getBytes(StandardCharsets.UTF_8));
    } else if (random.nextInt(40) == 0) {
      parts.add("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    } else {
      parts.add((head + data).getBytes(StandardCharsets.UTF_8));
      parts.add(json);
      parts.add(
          (random.nextInt(15) == 0 ? "\ndata: \n\n" : "\n\n").getBytes(StandardCharsets.UTF_8));
    }
    int length = parts.stream().mapToInt(part -> part.length).sum();
    byte[] bytes = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    if (random.nextInt(60) == 0) {
      // A byte that is no UTF-8, somewhere.
      bytes[random.nextInt(length)] = (byte) 0xC3;
    }
    return bytes;
  }

  private static List<Object> found(AnswerScan scan) {
    return Arrays.asList(
        scan.error(),
        scan.finished(),
        scan.terminal(),
        scan.usageOnly(),
        scan.saidBytes(),
        scan.inputTokens(),
        scan.outputTokens(),
        scan.provisional(),
        scan.cachedTokens(),
        scan.cacheWriteTokens());
  }
}
