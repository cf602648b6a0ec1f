package dev.gimbal.knowledge.engine.parser.pdf;

/// A rectangle on a page.
record Box(float left, float top, float right, float bottom) {
  boolean holds(float x, float y) {
    return x >= left && x <= right && y >= top && y <= bottom;
  }

  Box with(Box other) {
    return new Box(
        Math.min(left, other.left),
        Math.min(top, other.top),
        Math.max(right, other.right),
        Math.max(bottom, other.bottom));
  }

  float width() {
    return right - left;
  }

  float height() {
    return bottom - top;
  }
}
