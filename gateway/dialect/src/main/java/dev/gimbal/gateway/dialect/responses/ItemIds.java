package dev.gimbal.gateway.dialect.responses;

/// The ids of an answer and of its items, where their source has none: made of the answer's own,
/// so that the same answer has the same ones, streamed or whole.
///
/// @param answer the answer's id as callers of this dialect know it
record ItemIds(String answer) {
  static final String MESSAGE = "msg_";
  static final String REASONING = "rs_";
  static final String IMAGE = "ig_";
  static final String CALL = "fc_";
  private static final String ANSWER = "resp_";

  /// @param id as its provider gave it
  static ItemIds ofAnswer(String id) {
    return new ItemIds(id.startsWith(ANSWER) ? id : ANSWER + id);
  }

  /// @param place of the item in the answer
  String of(String prefix, int place) {
    return prefix + answer.substring(ANSWER.length()) + "_" + place;
  }
}
