package dev.gimbal.knowledge.engine.parser.pdf;

/// A character on a page. Places are in points from the upper left corner.
///
/// @param y of its base line
/// @param size of its font
record Glyph(String text, float x, float y, float width, float size, boolean bold) {
  float right() {
    return x + width;
  }

  /// Middle of a small letter's height.
  float middle() {
    return y - size * 0.3f;
  }
}
