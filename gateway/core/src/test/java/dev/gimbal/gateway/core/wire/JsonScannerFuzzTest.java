package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.GatewayException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The scanner against Jackson: what one takes the other takes, and they find the same.
class JsonScannerFuzzTest {
  private static final long SEED = 20261122;
  private static final ObjectMapper JACKSON = new ObjectMapper();
  /// No escaped surrogates: Jackson refuses a lone one in a name, which the grammar allows.
  private static final String[] NAMES = {
    "model",
    "mod\\u0065l",
    "stream",
    "stream_options",
    "n",
    "max_tokens",
    "x",
    "include_usage",
    "",
    "messages",
    "中",
    "é"
  };
  private static final String[] TEXTS = {
    "a/b",
    "",
    "\\n\\t\\\\\\\"\\/",
    "\\u00e9",
    "é",
    "\uD83D\uDE00",
    "\\ud83d\\ude00",
    "\\ud800",
    "中文"
  };

  @Test
  void shouldAgreeWithJacksonOnWholeAndDamagedDocuments() {
    Random random = new Random(SEED);
    int taken = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] body = object(random, 0).getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(3) > 0) {
        damage(random, body);
      }
      boolean ours = scans(body, body.length);
      assertThat(ours).as(text(body)).isEqualTo(jacksonTakes(body));
      taken += ours ? 1 : 0;
    }
    assertThat(taken).isBetween(5_000, 19_000);
  }

  @Test
  void shouldFindTheSameWhereverTheBodyIsCut() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      byte[] body = marked(random, object(random, 0)).getBytes(StandardCharsets.UTF_8);
      if (round % 3 == 0) {
        damage(random, body);
      }
      Optional<CallFields> whole = fields(body, body.length);
      for (int cut = 0; cut <= body.length; cut++) {
        assertThat(fields(body, cut)).as(text(body) + " cut at " + cut).isEqualTo(whole);
      }
    }
  }

  @Test
  void shouldChangeNothingButWhatItMeansTo() throws IOException {
    Random random = new Random(SEED);
    int spliced = 0;
    for (int round = 0; round < 12_000; round++) {
      byte[] bytes = marked(random, object(random, 0)).getBytes(StandardCharsets.UTF_8);
      Optional<CallFields> fields = fields(bytes, bytes.length);
      if (fields.isEmpty()) {
        continue;
      }
      spliced++;
      List<Edit> edits = fields.get().editsFor("new\"name", true);
      Buffer out = Edit.splice(Buffer.buffer(bytes), edits);
      JsonNode before = JACKSON.readTree(withoutMark(bytes));
      JsonNode after = JACKSON.readTree(out.getBytes());
      assertThat(fields.get().model())
          .isEqualTo(before.path("model").textValue().replace('\uD800', '\uFFFD'));
      assertThat(after.path("model").textValue()).isEqualTo("new\"name");
      if (fields.get().stream()) {
        assertThat(after.path("stream_options").path("include_usage").booleanValue()).isTrue();
      }
      assertThat(rest(after)).isEqualTo(rest(before));
      assertSameOutside(edits, bytes, out.getBytes());
    }
    assertThat(spliced).isGreaterThan(300);
  }

  /// Byte for byte, whatever stands there: the tree alone would not see a blank or an escape.
  private static void assertSameOutside(List<Edit> edits, byte[] before, byte[] after) {
    int from = 0;
    int shift = 0;
    for (Edit edit : edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList()) {
      assertThat(Arrays.copyOfRange(after, from + shift, edit.start() + shift))
          .as(text(before))
          .isEqualTo(Arrays.copyOfRange(before, from, edit.start()));
      from = edit.end();
      shift += edit.bytes().length - (edit.end() - edit.start());
    }
    assertThat(Arrays.copyOfRange(after, from + shift, after.length))
        .as(text(before))
        .isEqualTo(Arrays.copyOfRange(before, from, before.length));
  }

  @Test
  void shouldRefuseBytesThatAreNotStrictUtf8() {
    int[][] broken = {
      {0xED, 0xA0, 0x80},
      {0xC0, 0x80},
      {0xE0, 0x80, 0x80},
      {0xF0, 0x80, 0x80, 0x80},
      {0xF4, 0x90, 0x80, 0x80},
      {0xF5, 0x80, 0x80, 0x80},
      {0x80},
      {0xC3},
      {0xE4, 0xB8}
    };
    for (int[] sequence : broken) {
      byte[] body = new byte[sequence.length + 2];
      body[0] = '"';
      body[body.length - 1] = '"';
      for (int i = 0; i < sequence.length; i++) {
        body[i + 1] = (byte) sequence[i];
      }
      assertThat(scans(body, body.length)).isFalse();
    }
  }

  private static byte[] withoutMark(byte[] bytes) {
    return bytes[0] == (byte) 0xEF ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
  }

  private static JsonNode rest(JsonNode body) {
    ObjectNode copy = body.deepCopy();
    copy.remove("model");
    JsonNode options = copy.remove("stream_options");
    if (options instanceof ObjectNode given) {
      given.remove("include_usage");
      copy.setAll(given);
    }
    return copy;
  }

  private static Optional<CallFields> fields(byte[] body, int cut) {
    CallScan scan = new CallScan();
    try {
      scan.feed(body, 0, cut);
      scan.feed(body, cut, body.length);
      return Optional.of(scan.finish());
    } catch (GatewayException e) {
      return Optional.empty();
    }
  }

  private static boolean scans(byte[] body, int cut) {
    JsonScanner scanner = new JsonScanner(new JsonSink() {}, JsonScanner.names());
    try {
      scanner.feed(body, 0, cut);
      scanner.finish();
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  /// As text, since Jackson is lenient about UTF-8 and guesses other encodings, and we are not.
  private static boolean jacksonTakes(byte[] body) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(body))
              .toString();
    } catch (CharacterCodingException e) {
      return false;
    }
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      int depth = 0;
      JsonToken token = parser.nextToken();
      boolean any = token != null;
      while (token != null) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
          parser.getText();
        }
        token = parser.nextToken();
        if (depth == 0 && token != null) {
          return false;
        }
      }
      return any && depth == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static void damage(Random random, byte[] body) {
    String likely = "{}[]\",:\\ue0-+.1tfn \n\t";
    int at = random.nextInt(body.length);
    body[at] =
        random.nextInt(4) == 0
            ? (byte) random.nextInt(256)
            : (byte) likely.charAt(random.nextInt(likely.length()));
  }

  /// With a byte order mark in front of some.
  private static String marked(Random random, String json) {
    return random.nextInt(4) == 0 ? "\uFEFF" + json : json;
  }

  private static String object(Random random, int depth) {
    StringBuilder json = new StringBuilder("{");
    int fields = random.nextInt(5);
    for (int i = 0; i < fields; i++) {
      json.append(i == 0 ? "" : ",")
          .append(blank(random))
          .append('"')
          .append(NAMES[random.nextInt(depth == 0 ? 7 : NAMES.length)])
          .append('"')
          .append(blank(random))
          .append(':')
          .append(value(random, depth + 1));
    }
    return json.append(blank(random)).append('}').append(blank(random)).toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0, 1 -> '"' + TEXTS[random.nextInt(TEXTS.length)] + '"';
      case 2 -> new String[] {"0", "-1", "12", "1.5", "-0.25e+3", "7E2"}[random.nextInt(6)];
      case 3 -> "true";
      case 4 -> "null";
      case 5 -> object(random, depth);
      default ->
          "[" + value(random, depth + 1) + blank(random) + "," + value(random, depth + 1) + "]";
    };
  }

  private static String blank(Random random) {
    return new String[] {"", "", " ", "\n\t", "\r\n"}[random.nextInt(5)];
  }
}
