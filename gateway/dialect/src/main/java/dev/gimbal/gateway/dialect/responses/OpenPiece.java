package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.ArrayList;
import java.util.List;

/// The piece of an item that is being written: a text, a refusal, a part of a summary.
final class OpenPiece {
  private final Kind kind;
  private final int index;
  private final StringBuilder text = new StringBuilder();
  private final List<TokenLogprob> logprobs = new ArrayList<>(0);

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

    ObjectNode node(String text, List<TokenLogprob> logprobs) {
      return switch (this) {
        case TEXT -> Nodes.outputText(text, logprobs);
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
    lines.write(event.set("part", kind.node("", List.of())));
  }

  void add(EventLines lines, OpenItem item, String delta, List<TokenLogprob> likely) {
    text.append(delta);
    logprobs.addAll(likely);
    ObjectNode event = placed(lines, item, "response." + kind.event + ".delta");
    lines.write(with(likely, event.put("delta", delta)));
  }

  /// Ends the piece and puts it into its item.
  void end(EventLines lines, OpenItem item) {
    ObjectNode whole = whole();
    ObjectNode done = placed(lines, item, "response." + kind.event + ".done");
    lines.write(with(logprobs, done.put(kind.textName, text.toString())));
    ObjectNode event = placed(lines, item, "response." + kind.part + ".done");
    lines.write(event.set("part", whole));
    item.list(kind.list).add(whole);
  }

  ObjectNode whole() {
    return kind.node(text.toString(), logprobs);
  }

  private ObjectNode with(List<TokenLogprob> likely, ObjectNode event) {
    return kind == Kind.TEXT ? event.set("logprobs", TokenLogprob.write(likely)) : event;
  }

  private ObjectNode placed(EventLines lines, OpenItem item, String type) {
    return item.placed(lines.event(type)).put(kind.indexName, index);
  }
}
