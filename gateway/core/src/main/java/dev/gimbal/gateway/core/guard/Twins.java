package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.core.wire.Edit;
import java.nio.charset.StandardCharsets;

/// The probabilities of an answer's tokens, which say its text a second time: where a guard may
/// take something out of the text they are left out.
final class Twins {
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY = "[]".getBytes(StandardCharsets.US_ASCII);

  private Twins() {}

  static Edit without(byte[] bytes, TextSpot twin) {
    return new Edit(twin.start, twin.end, bytes[twin.start] == '[' ? EMPTY : NULL);
  }
}
