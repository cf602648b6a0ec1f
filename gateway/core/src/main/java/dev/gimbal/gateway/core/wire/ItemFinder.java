package dev.gimbal.gateway.core.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds what only the credential that made it can use again, in a call or an answer of any
/// dialect: ids of what a provider keeps (responses, conversations, files, items) and what it
/// encrypted or signed. Looks at texts and the names before them alone, so it reads a whole
/// document, an array and events of a stream alike, in pieces cut anywhere. What is no JSON finds
/// nothing. For one document and one thread at a time.
public final class ItemFinder {
  /// More of one call or answer are not looked at: the last ones of a call, the first of an answer.
  public static final int MOST = 64;

  private static final int KEPT = 512;
  private static final int SHORTEST = 4;

  /// Shorter ones are counted through by some vendors, and shorter signatures are none.
  private static final int TELLING = 12;

  private static final int LONGEST_ID = 200;
  private static final String HIDDEN = "data";

  private final boolean ids;
  private final boolean first;
  private final Map<String, Item> items = new LinkedHashMap<>();
  private final byte[] kept = new byte[KEPT];
  private int length;
  private boolean inText;
  private boolean escaped;
  private int hexLeft;
  private int unit;
  private String last = "";
  private String name = "";
  private boolean hidden;
  private @Nullable Item pending;

  /// Something of a provider's.
  ///
  /// @param field where it stood
  /// @param key names it: the id, or a hash of the beginning of what is encrypted
  /// @param stored whether the provider keeps it; else it is in the caller's hands
  public record Item(String field, String key, boolean stored) {}

  /// @param ids whether `id` names something that is kept, as in the responses dialect and of files
  /// @param first whether the first are kept where there are too many; else the last
  public ItemFinder(boolean ids, boolean first) {
    this.ids = ids;
    this.first = first;
  }

  /// What was found, in order, each once.
  public List<Item> items() {
    return new ArrayList<>(items.values());
  }

  /// Reads on.
  public void feed(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (inText) {
        text(b);
      } else {
        between(b);
      }
    }
  }

  private void between(byte b) {
    switch (b) {
      case '"' -> {
        inText = true;
        length = 0;
      }
      case ':' -> name = last;
      case '{', '}' -> {
        name = "";
        hidden = false;
        pending = null;
      }
      case ',', '[', ']', '\n' -> name = "";
      default -> {
        // numbers, blanks, words of a stream
      }
    }
    if (b != '"' && b != ':' && b > ' ') {
      last = "";
    }
  }

  private void text(byte b) {
    if (hexLeft > 0) {
      unit = unit * 16 + Math.max(0, Character.digit(b, 16));
      hexLeft--;
      if (hexLeft == 0) {
        keep(unit < 0x80 ? (byte) unit : (byte) '?');
      }
    } else if (escaped) {
      escaped = false;
      if (b == 'u') {
        hexLeft = 4;
        unit = 0;
      } else {
        keep(b);
      }
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inText = false;
      ended();
    } else {
      keep(b);
    }
  }

  private void keep(byte b) {
    if (length < KEPT) {
      kept[length] = b;
    }
    length++;
  }

  private void ended() {
    if (name.isEmpty()) {
      last = length <= 32 ? captured() : "";
      return;
    }
    value(name);
    name = "";
    last = "";
  }

  private void value(String field) {
    switch (field) {
      case "previous_response_id", "conversation", "file_id" -> id(field, SHORTEST);
      case "id" -> {
        if (ids) {
          id(field, TELLING);
        }
      }
      case "encrypted_content", "signature", "thoughtSignature", "thought_signature" -> {
        if (length >= TELLING) {
          add(opaque(field));
        }
      }
      case HIDDEN -> {
        if (length >= TELLING) {
          hidden(opaque(field));
        }
      }
      case "type" -> type();
      default -> {
        // what anybody may read
      }
    }
  }

  /// `data` is a thought that nobody may read, or a picture; its type may stand behind it.
  private void hidden(Item item) {
    if (hidden) {
      add(item);
    } else {
      pending = item;
    }
  }

  private void type() {
    String type = length <= 32 ? captured() : "";
    hidden = type.equals("redacted_thinking") || type.equals("reasoning.encrypted");
    Item before = pending;
    if (hidden && before != null) {
      add(before);
    }
  }

  private void id(String field, int least) {
    if (length >= least && length <= LONGEST_ID) {
      add(new Item(field, captured(), true));
    }
  }

  private Item opaque(String field) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(kept, 0, Math.min(length, KEPT));
      String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
      return new Item(field, "#" + hash, false);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String captured() {
    return new String(kept, 0, Math.min(length, KEPT), StandardCharsets.UTF_8);
  }

  private void add(Item item) {
    if (items.containsKey(item.key())) {
      return;
    }
    if (items.size() == MOST) {
      if (first) {
        return;
      }
      items.remove(items.keySet().iterator().next());
    }
    items.put(item.key(), item);
  }
}
