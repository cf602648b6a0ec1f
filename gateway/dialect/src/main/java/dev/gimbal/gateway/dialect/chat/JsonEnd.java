package dev.gimbal.gateway.dialect.chat;

/// Sees in the pieces of an object where it ends, without reading it.
final class JsonEnd {
  private int depth;
  private boolean inText;
  private boolean escaped;
  private boolean reached;

  void read(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (escaped) {
        escaped = false;
      } else if (inText) {
        escaped = c == '\\';
        inText = c != '"';
      } else if (c == '"') {
        inText = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        reached |= depth == 0;
      }
    }
  }

  /// Whether the object is whole.
  boolean reached() {
    return reached;
  }
}
