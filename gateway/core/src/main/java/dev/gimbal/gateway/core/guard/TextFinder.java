package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.core.guard.TextSpot.Role;
import dev.gimbal.gateway.guard.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds the texts in a body or an event of any dialect, by the names of fields and of what they
/// stand in, without building a tree. The dialects' names do not contradict each other, so one set
/// of rules reads all: a caller who mixes them hides nothing. Reads JSON that was found valid; of
/// anything else it finds what it can. For one thread.
final class TextFinder {
  /// What is read.
  enum Kind {
    /// What a caller sends.
    REQUEST,
    /// A whole answer.
    ANSWER,
    /// A part of an answer that comes in parts.
    EVENT,
    /// JSON of which every text counts: what a tool is given.
    ARGUMENTS
  }

  private static final long REQUEST_ROOTS =
      bits(
          Fields.MESSAGES,
          Fields.INPUT,
          Fields.CONTENTS,
          Fields.SYSTEM,
          Fields.SYSTEM_INSTRUCTION,
          Fields.INSTRUCTIONS,
          Fields.PROMPT,
          Fields.SUFFIX,
          Fields.PREDICTION,
          Fields.QUERY,
          Fields.DOCUMENTS,
          Fields.CONTENT);
  private static final long REQUEST_TEXTS =
      bits(
          Fields.CONTENT,
          Fields.TEXT,
          Fields.REFUSAL,
          Fields.REASONING_CONTENT,
          Fields.OUTPUT,
          Fields.TITLE,
          Fields.CONTEXT,
          Fields.DATA,
          Fields.ARGUMENTS,
          Fields.INPUT,
          Fields.PROMPT,
          Fields.SUFFIX,
          Fields.SYSTEM,
          Fields.INSTRUCTIONS,
          Fields.QUERY,
          Fields.DOCUMENTS);
  private static final long ANSWER_ROOTS =
      bits(
          Fields.CHOICES,
          Fields.CONTENT,
          Fields.DELTA,
          Fields.CONTENT_BLOCK,
          Fields.OUTPUT,
          Fields.ITEM,
          Fields.PART,
          Fields.RESPONSE,
          Fields.CANDIDATES,
          Fields.TEXT,
          Fields.ARGUMENTS,
          Fields.REFUSAL,
          Fields.MESSAGE);
  private static final long ANSWER_TEXTS =
      bits(
          Fields.CONTENT,
          Fields.TEXT,
          Fields.REFUSAL,
          Fields.REASONING_CONTENT,
          Fields.REASONING,
          Fields.THINKING,
          Fields.ARGUMENTS,
          Fields.PARTIAL_JSON,
          Fields.DELTA,
          Fields.TRANSCRIPT);

  /// A number with fewer digits is a quantity.
  private static final int SHORTEST_NUMBER = 11;

  private static final int NO_INDEX = -1;
  private static final int THOUGHT_INDEX = 1_000_000;

  private final Kind kind;
  private final long roots;
  private final long texts;
  private final List<TextSpot> spots = new ArrayList<>();
  private Frame[] frames = new Frame[32];
  private int depth;
  private int base;
  private byte[] bytes = {};
  private String type = "";

  /// An open object or array.
  private static final class Frame {
    private boolean object;
    private boolean expectsName;
    private boolean skips;
    private boolean deep;
    private boolean inDelta;
    private int field;
    private int name;
    private int firstSpot;
    private int index;
    private int start;
    private Place place = Place.PROMPT;
    private Place typed = Place.PROMPT;
    private boolean text;
  }

  TextFinder(Kind kind) {
    this.kind = kind;
    boolean request = kind == Kind.REQUEST;
    this.roots = kind == Kind.ARGUMENTS ? -1L : request ? REQUEST_ROOTS : ANSWER_ROOTS;
    this.texts = request ? REQUEST_TEXTS : ANSWER_TEXTS;
  }

  private static long bits(int... symbols) {
    long bits = 0;
    for (int symbol : symbols) {
      bits |= 1L << symbol;
    }
    return bits;
  }

  /// The texts, in the order in which they stand.
  List<TextSpot> find(byte[] json, int from, int to) {
    bytes = json;
    spots.clear();
    depth = 0;
    base = 0;
    type = "";
    int at = from;
    while (at < to) {
      at = next(at, to);
    }
    return spots;
  }

  private int next(int at, int to) {
    return switch (bytes[at]) {
      case '{', '[' -> {
        push(bytes[at] == '{', at);
        yield at + 1;
      }
      case '}', ']' -> {
        if (depth > 0) {
          pop(at + 1);
        }
        yield at + 1;
      }
      case '"' -> {
        int end = quote(at + 1, to);
        string(at + 1, end);
        yield end + 1;
      }
      case ',' -> {
        if (depth > 0) {
          frames[depth - 1].expectsName = frames[depth - 1].object;
        }
        yield at + 1;
      }
      case ':', ' ', '\n', '\r', '\t' -> at + 1;
      default -> {
        int end = at;
        while (end < to && ",}] \n\r\t".indexOf(bytes[end]) < 0) {
          end++;
        }
        plain(at, end);
        yield Math.max(end, at + 1);
      }
    };
  }

  private int quote(int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    return Math.min(at, to);
  }

  private void push(boolean object, int at) {
    if (depth == 0 && !object && kind != Kind.ARGUMENTS) {
      base = 1;
    }
    if (depth == frames.length) {
      frames = Arrays.copyOf(frames, depth * 2);
    }
    Frame frame = frames[depth];
    if (frame == null) {
      frame = new Frame();
      frames[depth] = frame;
    }
    frame.object = object;
    frame.expectsName = object;
    frame.firstSpot = spots.size();
    frame.index = NO_INDEX;
    frame.start = at;
    frame.name = Fields.OTHER;
    frame.typed = Place.PROMPT;
    frame.text = false;
    inherit(frame);
    if (frame.field == Fields.FILE && !frame.skips && !frame.deep) {
      spots.add(new TextSpot(at, at, Role.UNSEEN, frame.place, 0));
    }
    depth++;
  }

  private void inherit(Frame frame) {
    if (depth == 0) {
      frame.skips = false;
      frame.deep = kind == Kind.ARGUMENTS;
      frame.inDelta = false;
      frame.field = Fields.OTHER;
      frame.place = kind == Kind.ARGUMENTS ? Place.TOOL_ARGUMENTS : resting();
      return;
    }
    Frame parent = frames[depth - 1];
    int field = parent.object ? parent.name : parent.field;
    boolean root = depth == base + 1;
    boolean arguments =
        field == Fields.ARGS
            || field == Fields.ARGUMENTS
            || (field == Fields.INPUT && depth > base + 2 && frame.object);
    boolean response = field == Fields.RESPONSE && parent.field == Fields.FUNCTION_RESPONSE;
    frame.field = field;
    frame.skips = parent.skips || field == Fields.LOGPROBS || (root && (roots & 1L << field) == 0);
    frame.deep = parent.deep || arguments || response;
    frame.inDelta = parent.inDelta || field == Fields.DELTA;
    frame.place =
        parent.deep
            ? parent.place
            : arguments
                ? Place.TOOL_ARGUMENTS
                : field == Fields.FUNCTION_RESPONSE ? Place.TOOL_RESULTS : parent.place;
  }

  private Place resting() {
    return kind == Kind.REQUEST ? Place.PROMPT : Place.ANSWER;
  }

  private void pop(int behind) {
    depth--;
    Frame frame = frames[depth];
    Frame parent = depth > 0 ? frames[depth - 1] : null;
    if (parent != null
        && parent.object
        && parent.name == Fields.LOGPROBS
        && kind != Kind.REQUEST
        && !parent.skips) {
      spots.add(new TextSpot(frame.start, behind, Role.TWIN, Place.ANSWER, 0));
    }
    if (!frame.object) {
      return;
    }
    for (int i = frame.firstSpot; i < spots.size(); i++) {
      TextSpot spot = spots.get(i);
      if (spot.file && !frame.text) {
        spot.role = Role.UNSEEN;
      }
      spot.file = false;
      if (frame.typed != Place.PROMPT && spot.place == Place.PROMPT) {
        spot.place = frame.typed;
      }
      if (frame.index != NO_INDEX) {
        spot.channel = spot.role == Role.FINISH ? 0 : spot.channel * 31 + frame.index + 1;
        spot.outer = frame.index % THOUGHT_INDEX;
      }
    }
    if (depth == base) {
      root();
    }
  }

  /// What the type of an event of OpenAI's newer dialect or of Anthropic's says of its texts.
  private void root() {
    if (kind != Kind.EVENT || type.isEmpty()) {
      return;
    }
    boolean done = type.endsWith(".done");
    String thing = done ? type.substring(0, type.length() - 5) : type;
    thing = thing.endsWith(".delta") ? thing.substring(0, thing.length() - 6) : thing;
    if (type.startsWith("response.")) {
      boolean arguments = thing.endsWith("arguments");
      for (TextSpot spot : spots) {
        spot.channel = spot.channel * 31 + thing.hashCode();
        spot.json |= arguments;
        spot.place = arguments ? Place.TOOL_ARGUMENTS : spot.place;
      }
      if (type.equals("response.completed") || type.equals("response.incomplete")) {
        spots.add(finish(Role.FINISH_ALL));
      } else if (done && !spots.isEmpty()) {
        TextSpot end = finish(Role.FINISH);
        end.channel = spots.getFirst().channel;
        end.outer = NO_INDEX;
        spots.addFirst(end);
      }
    } else if (type.equals("content_block_stop")) {
      TextSpot end = finish(Role.FINISH);
      end.outer = frames[depth].index;
      spots.add(end);
    } else if (type.equals("message_stop")) {
      spots.add(finish(Role.FINISH_ALL));
    }
    type = "";
  }

  private static TextSpot finish(Role role) {
    return new TextSpot(0, 0, role, Place.ANSWER, 0);
  }

  private void string(int from, int to) {
    if (depth == 0) {
      return;
    }
    Frame frame = frames[depth - 1];
    if (frame.expectsName) {
      frame.name = Fields.symbol(bytes, from, to);
      frame.expectsName = false;
      return;
    }
    int symbol = frame.object ? frame.name : frame.field;
    boolean top = depth == base + 1;
    if (symbol == Fields.TYPE && !frame.deep) {
      typed(frame, JsonText.decode(bytes, from, Math.min(to, from + 64)), top);
    } else if (symbol == Fields.ROLE && !frame.deep) {
      String role = JsonText.decode(bytes, from, to);
      if (role.equals("tool") || role.equals("function")) {
        frame.typed = Place.TOOL_RESULTS;
      }
    } else if (frame.skips || (top && !frame.deep && (roots & 1L << symbol) == 0)) {
      return;
    } else if (symbol == Fields.FINISH_REASON && kind == Kind.EVENT && !frame.deep) {
      spots.add(finish(Role.FINISH));
    } else if (symbol == Fields.FILE && !frame.deep) {
      spots.add(new TextSpot(from, from, Role.UNSEEN, frame.place, 0));
    } else if (frame.deep || (texts & 1L << symbol) != 0) {
      text(frame, symbol, from, to, top);
    }
  }

  private void typed(Frame frame, String said, boolean top) {
    if (top) {
      type = said;
    }
    switch (said) {
      case "tool_result",
          "function_call_output",
          "custom_tool_call_output",
          "computer_call_output",
          "local_shell_call_output",
          "mcp_tool_result",
          "web_search_tool_result" ->
          frame.typed = Place.TOOL_RESULTS;
      case "document", "search_result" -> frame.typed = Place.RETRIEVED;
      case "text" -> frame.text = true;
      default -> {}
    }
  }

  private void text(Frame frame, int symbol, int from, int to, boolean top) {
    boolean arguments =
        !frame.deep && (symbol == Fields.ARGUMENTS || symbol == Fields.PARTIAL_JSON);
    Place place = arguments ? Place.TOOL_ARGUMENTS : frame.place;
    if (symbol == Fields.DOCUMENTS || frame.field == Fields.DOCUMENTS) {
      place = Place.RETRIEVED;
    }
    boolean whole = frame.deep || kind != Kind.EVENT || !piece(frame, symbol, top);
    Role role = whole ? Role.WHOLE : Role.PIECE;
    long channel = frame.deep || symbol == Fields.DELTA || top ? 0 : symbol;
    TextSpot spot = new TextSpot(from, to, role, place, channel);
    spot.json = arguments;
    spot.file = symbol == Fields.DATA && !frame.deep;
    spots.add(spot);
  }

  private boolean piece(Frame frame, int symbol, boolean top) {
    if (top) {
      return symbol == Fields.DELTA;
    }
    int root = frames[base].name;
    return frame.inDelta
        || root == Fields.CANDIDATES
        || (root == Fields.CHOICES && symbol == Fields.TEXT);
  }

  private void plain(int from, int to) {
    if (depth == 0) {
      return;
    }
    Frame frame = frames[depth - 1];
    if (frame.deep) {
      if (to - from >= SHORTEST_NUMBER) {
        TextSpot spot = new TextSpot(from, to, Role.WHOLE, frame.place, 0);
        spot.bare = true;
        spots.add(spot);
      }
      return;
    }
    if (!frame.object) {
      return;
    }
    if (frame.name == Fields.INDEX && digits(from, to)) {
      int index = Integer.parseInt(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
      int before = Math.max(frame.index, 0);
      frame.index = frame.index == NO_INDEX ? index : before * 1_000 + index;
    } else if (frame.name == Fields.THOUGHT && bytes[from] == 't') {
      frame.index = THOUGHT_INDEX;
    }
  }

  private boolean digits(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return to > from && to - from <= 6;
  }
}
