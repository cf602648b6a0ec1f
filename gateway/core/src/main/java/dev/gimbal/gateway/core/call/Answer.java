package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.limits.Decision.Standing;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/// Where the answer of a call goes: a caller's connection, or code in this process. All methods
/// are called on the call's event loop.
interface Answer {

  /// How the nearest limits stand, before anything else.
  void limits(Standing standing);

  /// Fields of the call that its target has no word for and that change nothing, before anything
  /// else.
  void warn(List<String> fields);

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
