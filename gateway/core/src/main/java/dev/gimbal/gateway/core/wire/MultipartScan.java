package dev.gimbal.gateway.core.wire;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.CallFields.Range;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a `multipart/form-data` body as it comes in, cut anywhere, and finds its field `model`
/// (RFC 7578 in RFC 2046). What two readers might understand differently is refused, or the
/// upstream might believe another model than we: the field twice, lines that end without CR, a
/// part that is named twice. For one body and one thread at a time.
///
/// A boundary holds neither CR nor LF, so that after a mismatch only an LF can begin a new match.
public final class MultipartScan {
  /// Bytes of the headers of one part.
  private static final int MOST_HEADER = 8 << 10;

  private static final int LONGEST_MODEL = 512;
  private static final String MODEL = "model";

  private final byte[] delimiter;
  private final byte[] value;
  private final byte[] header = new byte[MOST_HEADER];

  private State state = State.CONTENT;
  // The body's first line may be a delimiter, as if a line had ended before it.
  private int matched = 1;
  private boolean afterReturn = true;
  private int previous;
  private long offset;
  private long lineFeedAt = -1;
  private int headerBytes;
  private int valueBytes;
  private long valueStart;
  private boolean inModel;
  private @Nullable String model;
  private @Nullable Range modelRange;

  private enum State {
    /// In a part, or before the first.
    CONTENT,
    /// Behind a delimiter.
    DELIMITED,
    /// Behind the first hyphen there.
    CLOSING,
    /// Blanks behind a delimiter.
    PADDING,
    /// Behind the CR there.
    LINE_END,
    HEADERS,
    /// Behind the last delimiter.
    CLOSED
  }

  /// @param boundary as the content type says it
  public MultipartScan(String boundary) {
    this.delimiter = ("\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.value = new byte[LONGEST_MODEL + delimiter.length + 1];
  }

  /// Reads the next bytes.
  ///
  /// @throws GatewayException `FIELD_INVALID` naming what is wrong
  public void feed(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      switch (state) {
        case CONTENT -> content(b);
        case DELIMITED -> delimited(b);
        case CLOSING -> become(b == '-', State.CLOSED);
        case PADDING -> padding(b);
        case LINE_END -> {
          become(b == '\n', State.HEADERS);
          headerBytes = 0;
        }
        case HEADERS -> header(b);
        case CLOSED -> {
          // what stands behind the end belongs to nobody
        }
      }
      previous = b;
      offset++;
    }
  }

  /// Whether the body has ended as it must.
  public boolean whole() {
    return state == State.CLOSED;
  }

  /// The field's value; null if it has not come yet.
  public @Nullable String model() {
    return model;
  }

  /// Where the value stands, counted from the first byte fed; null if it has not come yet.
  public @Nullable Range modelRange() {
    return modelRange;
  }

  private void content(byte b) {
    if (inModel) {
      if (valueBytes == value.length) {
        throw invalid(MODEL, "is longer than " + LONGEST_MODEL + " bytes");
      }
      value[valueBytes++] = b;
    }
    if (b == delimiter[matched]) {
      if (matched == 0) {
        lineFeedAt = offset;
        afterReturn = previous == '\r';
      }
      matched++;
      if (matched == delimiter.length) {
        endOfPart();
      }
    } else {
      matched = 0;
      if (b == '\n') {
        lineFeedAt = offset;
        afterReturn = previous == '\r';
        matched = 1;
      }
    }
  }

  private void endOfPart() {
    if (!afterReturn) {
      throw invalid("body", "its lines must end with CR and LF");
    }
    if (inModel) {
      long end = lineFeedAt - 1;
      int length = (int) (end - valueStart);
      if (length < 1) {
        throw invalid(MODEL, "is empty");
      }
      model = new String(value, 0, length, StandardCharsets.UTF_8);
      modelRange = new Range(valueStart, end);
      inModel = false;
    }
    matched = 0;
    state = State.DELIMITED;
  }

  private void delimited(byte b) {
    if (b == '-') {
      state = State.CLOSING;
    } else {
      state = State.PADDING;
      padding(b);
    }
  }

  private void padding(byte b) {
    if (b != ' ' && b != '\t') {
      become(b == '\r', State.LINE_END);
    }
  }

  private void become(boolean right, State next) {
    if (!right) {
      throw invalid("body", "a boundary must end its line");
    }
    state = next;
  }

  private void header(byte b) {
    if (headerBytes == MOST_HEADER) {
      throw invalid("body", "the headers of a part are longer than " + MOST_HEADER + " bytes");
    }
    header[headerBytes++] = b;
    boolean none = headerBytes == 2 && header[0] == '\r' && b == '\n';
    if (none || endsHeaders()) {
      beginPart();
    }
  }

  private boolean endsHeaders() {
    return headerBytes >= 4
        && header[headerBytes - 1] == '\n'
        && header[headerBytes - 2] == '\r'
        && header[headerBytes - 3] == '\n'
        && header[headerBytes - 4] == '\r';
  }

  private void beginPart() {
    PartHead head =
        PartHead.read(new String(Arrays.copyOf(header, headerBytes), StandardCharsets.ISO_8859_1));
    state = State.CONTENT;
    matched = 0;
    valueBytes = 0;
    valueStart = offset + 1;
    inModel = MODEL.equals(head.name());
    if (inModel) {
      if (model != null) {
        throw invalid(MODEL, "stands twice");
      }
      if (head.file() || head.encoded()) {
        throw invalid(MODEL, "must be a text");
      }
    }
  }

  static GatewayException invalid(String field, String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, field, message);
  }
}
