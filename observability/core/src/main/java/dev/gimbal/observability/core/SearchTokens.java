package dev.gimbal.observability.core;

import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.text.Tokens;
import java.util.List;
import java.util.stream.Stream;

/// What the text of a trace is found by. Each token stands behind a short form of its tenant: the
/// index is over all tenants' rows, and no tenant's search is to be slowed down by another's. That
/// the form is short and so not unique does no harm, for every query names the tenant as well.
public final class SearchTokens {
  private static final int MOST = 600;
  private static final int LONGEST = 60;

  private SearchTokens() {}

  /// What is kept of a text: its distinct tokens, and each ideograph alone, for whoever asks for
  /// one.
  public static List<String> kept(TenantId tenant, String text) {
    Stream<String> ideographs =
        Tokens.fold(text).codePoints().filter(Tokens::ideographic).mapToObj(Character::toString);
    return behind(tenant, Stream.concat(Tokens.of(text).stream(), ideographs));
  }

  /// What a question asks for: each of its tokens must be there.
  public static List<String> asked(TenantId tenant, String text) {
    return behind(tenant, Tokens.of(text).stream());
  }

  private static List<String> behind(TenantId tenant, Stream<String> tokens) {
    String prefix = Integer.toHexString(tenant.value().hashCode()) + ":";
    return tokens
        .map(token -> prefix + (token.length() <= LONGEST ? token : token.substring(0, LONGEST)))
        .distinct()
        .limit(MOST)
        .toList();
  }
}
