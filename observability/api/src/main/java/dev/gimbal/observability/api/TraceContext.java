package dev.gimbal.observability.api;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where in a trace we are, in W3C form.
///
/// @param traceId 32 hexadecimal digits
/// @param spanId of the span that is running: 16 hexadecimal digits
public record TraceContext(String traceId, String spanId) {
  /// The context of the work that runs now, where blocking code runs.
  public static final ScopedValue<TraceContext> CURRENT = ScopedValue.newInstance();

  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");
  private static final String NO_TRACE = "0".repeat(32);
  private static final String NO_SPAN = "0".repeat(16);

  /// A new trace, its root span running. Its id begins with the time in milliseconds, so that
  /// an index over traces grows at its end; 79 bits of it are random, more than W3C asks for.
  public static TraceContext begin() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long first = System.currentTimeMillis() << 16 | random.nextLong() >>> 48;
    return new TraceContext(hex(first) + hex(random.nextLong() | 1), hex(random.nextLong() | 1));
  }

  /// The caller's context; empty if the header is missing, malformed or all zeros.
  public static Optional<TraceContext> parse(@Nullable String traceparent) {
    if (traceparent == null) {
      return Optional.empty();
    }
    Matcher matcher = TRACEPARENT.matcher(traceparent);
    if (!matcher.matches()
        || traceparent.startsWith("ff")
        || matcher.group(1).equals(NO_TRACE)
        || matcher.group(2).equals(NO_SPAN)) {
      return Optional.empty();
    }
    return Optional.of(new TraceContext(matcher.group(1), matcher.group(2)));
  }

  /// The same trace with a new span running.
  public TraceContext child() {
    return new TraceContext(traceId, hex(ThreadLocalRandom.current().nextLong() | 1));
  }

  /// As a `traceparent` header.
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + "-01";
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }
}
