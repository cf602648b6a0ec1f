package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.Place;

/// Where a text stands in a body or an event.
final class TextSpot {
  /// What it is.
  enum Role {
    /// A whole text.
    WHOLE,
    /// A piece of a text that comes in several.
    PIECE,
    /// No text: pieces with the same outer number end here.
    FINISH,
    /// No text: all pieces end here.
    FINISH_ALL,
    /// No text: a value that says the answer's text in another form.
    TWIN,
    /// No text: a picture, a sound, a file.
    UNSEEN
  }

  final int start;
  final int end;
  Role role;

  /// Whether the text is JSON itself.
  boolean json;

  /// Whether it may be a file that is no text.
  boolean file;

  /// Whether it stands without quotes: a number.
  boolean bare;

  Place place;

  /// Same for pieces of the same text.
  long channel;

  /// Number of the answer or block that it belongs to; -1: unknown.
  int outer = -1;

  /// @param start behind the opening quote
  /// @param end before the closing one
  TextSpot(int start, int end, Role role, Place place, long channel) {
    this.start = start;
    this.end = end;
    this.role = role;
    this.place = place;
    this.channel = channel;
  }

  /// The same where the text ends elsewhere.
  TextSpot until(int otherEnd) {
    return within(start, otherEnd, place);
  }

  /// Some of it, at another place.
  TextSpot within(int from, int to, Place where) {
    TextSpot other = new TextSpot(from, to, role, where, channel);
    other.json = json;
    other.file = file;
    other.bare = bare;
    other.outer = outer;
    return other;
  }
}
