package dev.gimbal.observability.core.export;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the call log goes.
///
/// @param file null: standard output
/// @param maxBytes of one file; then it becomes `FILE.1`, and so on; 1 KiB or more
/// @param files kept beside the one that is written
public record CallLogConfig(@Nullable Path file, long maxBytes, int files) {
  private static final long LEAST = 1 << 10;

  public CallLogConfig {
    if (maxBytes < LEAST || files < 1) {
      throw new IllegalArgumentException("a call log has files of 1 KiB or more, and keeps one");
    }
  }

  /// 64 MiB a file, five of them; null: none.
  public static @Nullable CallLogConfig of(String setting, Path data) {
    return switch (setting) {
      case "off" -> null;
      case "stdout" -> new CallLogConfig(null, 64L << 20, 5);
      default -> new CallLogConfig(data.resolve(setting), 64L << 20, 5);
    };
  }
}
