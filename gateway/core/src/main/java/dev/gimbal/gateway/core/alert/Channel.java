package dev.gimbal.gateway.core.alert;

import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a tenant's alerts go.
///
/// @param secret what a webhook is signed with, opened only to sign; null for e-mail
record Channel(
    TenantId tenant,
    String name,
    Declaration declaration,
    @Nullable StoredSecret secret,
    long version,
    Instant created,
    Instant updated) {
  static final String WEBHOOK = "webhook";
  static final String EMAIL = "email";

  private static final int MOST_RECIPIENTS = 20;
  private static final int LONGEST_URL = 2_000;
  private static final Set<String> KINDS =
      Set.of(Alert.Kind.BUDGET.id(), Alert.Kind.SURGE.id(), Alert.Kind.PROVIDER.id());

  /// Narrower than what mail allows: nothing in it can end a header or begin a parameter.
  private static final Pattern ADDRESS =
      Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?");

  /// How it is kept: a reference or sealed, never both.
  record StoredSecret(@Nullable String reference, byte @Nullable [] sealed) {
    @Override
    public String toString() {
      return "StoredSecret[***]";
    }
  }

  /// What is declared of it, but for the secret.
  ///
  /// @param url of a webhook; null for e-mail
  /// @param recipients of e-mail; empty for a webhook
  /// @param alerts kinds that it takes
  record Declaration(
      String kind, @Nullable String url, List<String> recipients, List<String> alerts) {
    Declaration {
      recipients = List.copyOf(recipients);
      alerts = List.copyOf(alerts);
    }

    /// @throws HttpException naming the field that is wrong
    static Declaration of(
        String kind,
        @Nullable String url,
        @Nullable List<String> recipients,
        @Nullable List<String> alerts) {
      List<String> wanted = alerts == null ? KINDS.stream().sorted().toList() : alerts;
      if (wanted.isEmpty() || !KINDS.containsAll(wanted)) {
        throw HttpException.invalid("alerts", "must be some of budget, provider, surge");
      }
      List<String> to = recipients == null ? List.of() : recipients;
      switch (kind) {
        case WEBHOOK -> webhook(url, to);
        case EMAIL -> email(url, to);
        default -> throw HttpException.invalid("kind", "must be webhook or email");
      }
      return new Declaration(kind, url, to, wanted.stream().distinct().sorted().toList());
    }

    private static void webhook(@Nullable String url, List<String> recipients) {
      if (!recipients.isEmpty()) {
        throw HttpException.invalid("recipients", "are for e-mail");
      }
      if (url == null || url.length() > LONGEST_URL) {
        throw HttpException.invalid("url", "a webhook needs one, of at most 2000 characters");
      }
      try {
        URI parsed = URI.create(url);
        boolean web = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
        if (!web || parsed.getHost() == null || parsed.getUserInfo() != null) {
          throw HttpException.invalid("url", "must be http or https, name a host and no user");
        }
      } catch (IllegalArgumentException e) {
        throw HttpException.invalid("url", "is no address");
      }
    }

    private static void email(@Nullable String url, List<String> recipients) {
      if (url != null) {
        throw HttpException.invalid("url", "is for webhooks");
      }
      if (recipients.isEmpty() || recipients.size() > MOST_RECIPIENTS) {
        throw HttpException.invalid("recipients", "must be 1 to " + MOST_RECIPIENTS);
      }
      if (!recipients.stream().allMatch(each -> ADDRESS.matcher(each).matches())) {
        throw HttpException.invalid("recipients", "must be addresses like people@example.org");
      }
    }
  }
}
