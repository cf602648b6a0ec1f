package dev.gimbal.gateway.dialect.gemini;

import dev.gimbal.gateway.dialect.Part;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a `thoughtSignature` holds. Gemini has no thoughts that only their provider can read;
/// those of others travel to a caller and back as a signature that says so. It is Base64
/// throughout, since Google's clients decode the field.
final class Signatures {
  /// The vendor's own word for a call that no Gemini model made; Gemini 3 refuses the first call
  /// of a turn, and a picture of its own, without a signature.
  static final String NOT_MADE_HERE = "skip_thought_signature_validator";

  // Nine bytes, so that Base64 of whatever follows begins with the same twelve characters.
  private static final String HIDDEN = "hidden id";
  private static final String SEALED_HIDDEN = encoded(HIDDEN);

  private Signatures() {}

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static String seal(@Nullable String id, String data) {
    return encoded(HIDDEN + (id == null ? "" : id) + "\n" + data);
  }

  /// The thought in a signature that [#seal] made; null if it is another one.
  static Part.@Nullable HiddenThinking unseal(@Nullable String signature) {
    if (signature == null || !signature.startsWith(SEALED_HIDDEN)) {
      return null;
    }
    String text;
    try {
      text = new String(Base64.getDecoder().decode(signature), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
    int line = text.indexOf('\n');
    if (line < 0) {
      return null;
    }
    String id = text.substring(HIDDEN.length(), line);
    return new Part.HiddenThinking(id.isEmpty() ? null : id, text.substring(line + 1));
  }

  /// The signature of a tool call; null if it has none of a model.
  static @Nullable String ofCall(@Nullable String signature) {
    return signature == null || signature.isEmpty() || signature.equals(NOT_MADE_HERE)
        ? null
        : signature;
  }
}
