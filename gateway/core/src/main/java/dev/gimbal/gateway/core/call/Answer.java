package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.limits.Decision.Standing;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the answer of a call goes: a caller's connection, or code in this process. All methods
/// are called on the call's event loop.
interface Answer {

  /// How the nearest limits stand, before anything else.
  void limits(Standing standing);

  /// What of the call its target does not get: fields that it has no word for and that change
  /// nothing, turns that are too many. Before anything else; each adds to the earlier ones.
  void warn(List<String> fields);

  /// What the cache said, before anything else; the last word counts.
  ///
  /// @param said `hit`, `semantic`, `shared`, `miss` or `bypass`
  /// @param key names the answer in the cache; null: it has no name there
  void cached(String said, @Nullable String key);

  /// Tokens and money as they were put on record, before the last bytes.
  void used(CallRecord.Tokens tokens);

  /// Status and content type: from now on the answer has begun.
  void head(int status, String contentType);

  /// Bytes of the answer.
  void write(Buffer bytes);

  /// Whether the caller reads more slowly than we write.
  boolean full();

  /// The last bytes of the answer.
  void end(Buffer last);

  /// The whole answer is this, before [#head] only.
  void whole(int status, String contentType, Buffer body);

  /// There is no answer but this error, before [#head] only.
  void refuse(ErrorAnswer error);

  /// Breaks the answer off so that the caller notices.
  void cut();
}
