package dev.gimbal.gateway.core.wire;

/// Hears what a [JsonScanner] finds. Offsets count from the first byte fed. Where a value stands
/// is asked of the scanner: [JsonScanner#depth] and [JsonScanner#at].
interface JsonSink {

  /// A field's name begins.
  ///
  /// @param symbol its place among the scanner's names, or [JsonScanner#OTHER]
  /// @param start of its opening quote
  default void name(int symbol, long start) {}

  /// An object or array begins; it is not yet counted in the depth.
  default void begin(boolean object, long at) {}

  /// An object or array ended; it is no longer counted in the depth.
  ///
  /// @param behind the offset after its closing bracket
  default void end(boolean object, long behind) {}

  /// A text value. [JsonScanner#captured] holds its beginning, decoded.
  default void text(long start, long behind) {}

  /// A number or `true`, `false`, `null`. [JsonScanner#captured] holds it.
  default void plain(long start, long behind) {}
}
