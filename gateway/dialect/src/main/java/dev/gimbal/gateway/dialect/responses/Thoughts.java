package dev.gimbal.gateway.dialect.responses;

import dev.gimbal.gateway.dialect.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The thoughts of one reasoning item.
final class Thoughts {
  private Thoughts() {}

  /// Adds what the item's encrypted content says: the signature of its last thought, or a thought
  /// of its own.
  static void seal(List<Part> thoughts, @Nullable String id, @Nullable Sealed sealed) {
    if (sealed == null) {
      return;
    }
    if (sealed.kind() == Sealed.Kind.HIDDEN) {
      thoughts.add(new Part.HiddenThinking(id, sealed.data()));
    } else if (!thoughts.isEmpty() && thoughts.getLast() instanceof Part.Thinking last) {
      thoughts.set(thoughts.size() - 1, new Part.Thinking(last.text(), sealed.data()));
    } else {
      thoughts.add(new Part.Thinking("", sealed.data()));
    }
  }
}
