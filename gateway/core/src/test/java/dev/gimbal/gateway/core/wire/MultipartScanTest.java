package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.api.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartScanTest {
  private static final String MODEL =
      "--XY\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nup/whisper\r\n";
  private static final String FILE =
      String.join(
          "\r\n",
          "--XY",
          "Content-Disposition: form-data; name=\"file\"; filename=\"a;b=\\\"c\\\".wav\"",
          "Content-Type: audio/wav",
          "",
          "",
          "-",
          "--X\n--",
          "--Xbytes",
          "");
  private static final String END = "--XY--\r\n";

  private static MultipartScan read(String body) {
    MultipartScan scan = new MultipartScan("XY");
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    scan.feed(bytes, 0, bytes.length);
    return scan;
  }

  @Test
  void shouldFindTheModelWhereverTheBodyIsCut() {
    String body = FILE + MODEL + FILE + END;
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      MultipartScan scan = new MultipartScan("XY");
      int at = 0;
      while (at < bytes.length) {
        int next = Math.min(bytes.length, at + 1 + random.nextInt(30));
        scan.feed(bytes, at, next);
        at = next;
      }
      assertThat(scan.model()).isEqualTo("up/whisper");
      assertThat(scan.whole()).isTrue();
      var range = scan.modelRange();
      assertThat(body.substring((int) range.start(), (int) range.end())).isEqualTo("up/whisper");
    }
  }

  @Test
  void shouldNotTakeAFilesBytesForAField() {
    String inside =
        FILE.replace("bytes", "Content-Disposition: form-data; name=\"model\"\r\n\r\nx");

    assertThat(read(inside + END).model()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // the field twice, in other words too
        MODEL + MODEL + END,
        MODEL + "--XY\r\ncontent-disposition:form-data;NAME=model\r\n\r\nother\r\n" + END,
        // lines that another reader might take for a boundary
        "--XY\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\n--XY\nContent-Disposition:"
            + " form-data; name=\"model\"\n\nother\r\n"
            + MODEL
            + END,
        "--XY\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\n" + MODEL + END,
        // a part that says what it is twice
        "--XY\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data;"
            + " name=\"model\"\r\n\r\nother\r\n"
            + MODEL
            + END,
        "--XY\r\nContent-Disposition: form-data; name=\"a\"; name=\"model\"\r\n\r\nx\r\n" + END,
        // a value that is not the bytes that stand there
        "--XY\r\nContent-Disposition: form-data; name=\"model\"\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\ndXA=\r\n"
            + END,
        "--XY\r\nContent-Disposition: form-data; name=\"model\"; filename=\"m\"\r\n\r\nup\r\n"
            + END,
        "--XY\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n" + END,
        "--XYZ\r\n" + MODEL + END
      })
  void shouldRefuseWhatTwoReadersMightUnderstandDifferently(String body) {
    assertThatThrownBy(() -> read(body)).isInstanceOf(GatewayException.class);
  }

  @Test
  void shouldKnowABodyThatWasCutOff() {
    assertThat(read(MODEL + "--XY").whole()).isFalse();
    assertThat(read(MODEL + END).whole()).isTrue();
  }
}
