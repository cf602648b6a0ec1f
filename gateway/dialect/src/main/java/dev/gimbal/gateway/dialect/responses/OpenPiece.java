package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// The piece of an item that is being written: a text, a refusal, a part of a summary.
final class OpenPiece {
  private final Kind kind;
  private final int index;
  private final StringBuilder text = new StringBuilder();

  /// How this dialect spells the pieces of an item.
  enum Kind {
    TEXT("message", "content", "content_part", "content_index", "output_text", "text"),
    REFUSAL("message", "content", "content_part", "content_index", "refusal", "refusal"),
    SUMMARY(
        "reasoning",
        "summary",
        "reasoning_summary_part",
        "summary_index",
        "reasoning_summary_text",
        "text");

    final String item;
    final String list;
    private final String part;
    private final String indexName;
    private final String event;
    private final String textName;

    Kind(String item, String list, String part, String indexName, String event, String textName) {
      this.item = item;
      this.list = list;
      this.part = part;
      this.indexName = indexName;
      this.event = event;
      this.textName = textName;
    }

    ObjectNode node(String text) {
      return switch (this) {
        case TEXT -> Nodes.outputText(text);
        case REFUSAL -> Nodes.refusal(text);
        case SUMMARY -> Nodes.summary(text);
      };
    }
  }

  OpenPiece(Kind kind, int index) {
    this.kind = kind;
    this.index = index;
  }

  Kind kind() {
    return kind;
  }

  void begin(EventLines lines, OpenItem item) {
    ObjectNode event = placed(lines, item, "response." + kind.part + ".added");
    lines.write(event.set("part", kind.node("")));
  }

  void add(EventLines lines, OpenItem item, String delta) {
    text.append(delta);
    ObjectNode event = placed(lines, item, "response." + kind.event + ".delta");
    lines.write(logprobs(event.put("delta", delta)));
  }

  /// Ends the piece and puts it into its item.
  void end(EventLines lines, OpenItem item) {
    ObjectNode whole = whole();
    ObjectNode done = placed(lines, item, "response." + kind.event + ".done");
    lines.write(logprobs(done.put(kind.textName, text.toString())));
    ObjectNode event = placed(lines, item, "response." + kind.part + ".done");
    lines.write(event.set("part", whole));
    item.list(kind.list).add(whole);
  }

  ObjectNode whole() {
    return kind.node(text.toString());
  }

  private ObjectNode logprobs(ObjectNode event) {
    if (kind == Kind.TEXT) {
      event.putArray("logprobs");
    }
    return event;
  }

  private ObjectNode placed(EventLines lines, OpenItem item, String type) {
    return item.placed(lines.event(type)).put(kind.indexName, index);
  }
}
