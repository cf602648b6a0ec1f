package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.wire.ItemFinder.Item;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemFinderTest {
  private static List<Item> found(String json, boolean ids, int step) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    ItemFinder finder = new ItemFinder(ids, true);
    for (int i = 0; i < bytes.length; i += step) {
      finder.feed(bytes, i, Math.min(bytes.length, i + step));
    }
    return finder.items();
  }

  private static List<Item> found(String json) {
    return found(json, true, 1_000);
  }

  @Test
  void shouldFindWhatAProviderKeepsAndWhatItSealed() {
    String json =
        "{\"id\":\"resp_0123456789\",\"previous_response_id\":\"resp_a\",\"input\":["
            + "{\"type\":\"reasoning\",\"encrypted_content\":\"gAAAAABxxxxxxxxx\"},"
            + "{\"type\":\"input_file\",\"file_id\":\"file-1\"}],"
            + "\"conversation\":{\"id\":\"conv_0123456789\"}}";

    for (int step : new int[] {1, 2, 3, 7, 1_000}) {
      assertThat(found(json, true, step))
          .extracting(Item::field)
          .containsExactly("id", "previous_response_id", "encrypted_content", "file_id", "id");
    }
    assertThat(found(json)).extracting(Item::key).contains("resp_a", "conv_0123456789");
    assertThat(found(json, false, 9)).extracting(Item::field).doesNotContain("id");
  }

  @Test
  void shouldNameTheSameThingTheSameInAStreamAndInACallHoweverItIsEscaped() {
    String stream =
        "event: content_block_delta\ndata: {\"delta\":{\"type\":\"signature_delta\","
            + "\"signature\":\"Eq/abcdefghijkl==\"}}\n\n";
    String call = "[{\"type\": \"thinking\", \"signature\" : \"Eq\\/abcdefghijkl\\u003d\\u003D\"}]";

    assertThat(found(stream)).hasSize(1).isEqualTo(found(call));
  }

  @Test
  void shouldTellAHiddenThoughtFromAPictureInEitherOrder() {
    assertThat(found("{\"type\":\"redacted_thinking\",\"data\":\"0123456789abcdef\"}")).hasSize(1);
    assertThat(found("{\"data\":\"0123456789abcdef\",\"type\":\"redacted_thinking\"}")).hasSize(1);
    assertThat(found("{\"type\":\"base64\",\"data\":\"0123456789abcdef\"}")).isEmpty();
    assertThat(found("[{\"data\":\"0123456789abcdef\"},{\"type\":\"redacted_thinking\"}]"))
        .isEmpty();
  }

  @Test
  void shouldNotBelieveWhatStandsInATextOrSaysNothing() {
    assertThat(found("{\"text\":\"{\\\"signature\\\":\\\"0123456789abcdef\\\"}\"}")).isEmpty();
    assertThat(found("{\"signature\":\"\",\"encrypted_content\":null}")).isEmpty();
    assertThat(found("[\"signature\",\"0123456789abcdef\"]")).isEmpty();
    assertThat(found("{\"id\":\"0\"}")).isEmpty();
  }

  @Test
  void shouldKeepABoundedNumber() {
    StringBuilder many = new StringBuilder("[");
    for (int i = 100; i < 300; i++) {
      many.append("{\"file_id\":\"file-").append(i).append("\"},");
    }
    byte[] bytes = many.toString().getBytes(StandardCharsets.UTF_8);
    ItemFinder last = new ItemFinder(false, false);
    last.feed(bytes, 0, bytes.length);

    assertThat(found(many.toString()))
        .hasSize(ItemFinder.MOST)
        .last()
        .extracting(Item::key)
        .isEqualTo("file-163");
    assertThat(last.items())
        .hasSize(ItemFinder.MOST)
        .last()
        .extracting(Item::key)
        .isEqualTo("file-299");
  }
}
