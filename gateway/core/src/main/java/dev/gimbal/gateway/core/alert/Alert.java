package dev.gimbal.gateway.core.alert;

import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Something that somebody should know of.
///
/// @param subject what it is about: a budget, a model, whose spend
/// @param title one line for people
/// @param acknowledged when somebody took note of it; null: nobody did yet
/// @param acknowledgedBy text id of who did
record Alert(
    TenantId tenant,
    UUID id,
    Kind kind,
    String subject,
    String title,
    Map<String, Object> detail,
    Instant raised,
    @Nullable Instant acknowledged,
    @Nullable String acknowledgedBy) {
  static final String PREFIX = "alert";

  Alert {
    detail = Map.copyOf(detail);
  }

  /// Its id as text.
  String text() {
    return IdText.format(PREFIX, id);
  }

  /// What alerts are about.
  enum Kind {
    /// A share of a budget was reached.
    BUDGET,
    /// More is spent than usual.
    SURGE,
    /// A provider's model fails so often that it is not called for a time.
    PROVIDER,
    /// Nothing: somebody wants to see whether a channel works. Never kept.
    TEST;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
