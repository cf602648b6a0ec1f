package dev.gimbal.observability.core;

import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.text.Tokens;
import java.util.List;

/// What the text of a trace is found by: the same on writing and on asking.
public final class SearchTokens {
  private static final int MOST = 400;
  private static final int LONGEST = 60;

  private SearchTokens() {}

  /// Distinct tokens of a text, each behind a short form of the tenant: the index is over all
  /// tenants' rows, and no tenant's search is to be slowed down by another's. That it is short and
  /// so not unique does no harm, for every query names the tenant as well.
  public static List<String> of(TenantId tenant, String text) {
    String prefix = Integer.toHexString(tenant.value().hashCode()) + ":";
    return Tokens.of(text).stream()
        .map(token -> prefix + (token.length() <= LONGEST ? token : token.substring(0, LONGEST)))
        .distinct()
        .limit(MOST)
        .toList();
  }
}
