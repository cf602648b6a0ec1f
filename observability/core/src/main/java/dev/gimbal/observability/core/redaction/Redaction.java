package dev.gimbal.observability.core.redaction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.sensitive.Entity;
import dev.gimbal.platform.text.sensitive.Sensitive;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Bodies and texts without the personal data and the secrets in them: labels such as `[email]`
/// stand in their place. Patterns with check digits, no guessing about names of people. Takes time
/// and memory in proportion to what it is given, of which there is at most 1 MiB a body. Without
/// state; thread-safe.
public final class Redaction {
  private Redaction() {}

  /// A body that may be stored.
  ///
  /// @param hashed whether only its hash is left, with the reason behind it
  public record Redacted(byte[] body, boolean hashed) {}

  /// A text, such as what the user asked.
  public static String text(String text) {
    return labelled(text);
  }

  static String labelled(String text) {
    return Sensitive.labelled(text, Entity.CERTAIN);
  }

  /// A body. JSON keeps its structure; of a stream of events the pieces of each text are put
  /// together first, so that nothing hides behind a cut. What is cut or is neither JSON, events nor
  /// text is hashed.
  ///
  /// @param whole whether the body is all there was
  public static Redacted body(byte[] body, boolean whole) {
    if (!whole) {
      return hashed(body, "its beginning: too long to look at");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return hashed(body, "not text");
    }
    if (text.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t')) {
      return hashed(body, "not text");
    }
    return redacted(text)
        .map(left -> new Redacted(left.getBytes(StandardCharsets.UTF_8), false))
        .orElseGet(() -> hashed(body, "neither JSON nor a whole stream of events"));
  }

  /// The hash of a body, and why no more is kept of it.
  public static Redacted hashed(byte[] body, String reason) {
    String text = hash(body) + " (" + reason + ")";
    return new Redacted(text.getBytes(StandardCharsets.UTF_8), true);
  }

  /// `sha256:` and the hash of a body in lower-case hexadecimals.
  public static String hash(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Optional<String> redacted(String text) {
    String begun = text.stripLeading();
    if (begun.startsWith("{") || begun.startsWith("[") || begun.startsWith("\"")) {
      try {
        return Optional.of(Json.write(JsonRedaction.of(whole(Json.tree(text)))));
      } catch (JsonProcessingException e) {
        return Optional.empty();
      }
    }
    return EventStream.looksLike(begun) ? EventStream.redacted(text) : Optional.of(labelled(text));
  }

  /// Gemini's dialect streams a JSON array too: its elements carry pieces of one answer.
  private static JsonNode whole(JsonNode body) {
    if (!body.isArray() || !body.path(0).has("candidates")) {
      return body;
    }
    Pieces pieces = new Pieces("");
    body.forEach(pieces::add);
    return pieces.whole();
  }
}
