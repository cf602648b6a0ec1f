package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.provider.ProviderEntry;
import dev.gimbal.gateway.core.provider.ProviderStore;
import dev.gimbal.gateway.core.provider.ProviderStore.Bounds;
import dev.gimbal.gateway.core.provider.ProviderStore.Credential;
import dev.gimbal.gateway.routing.Credentials.Limits;
import dev.gimbal.gateway.routing.InvalidRouteException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.Slug;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads and shows the parts of a provider that bound it: its credentials and its calls at a time.
final class ProviderShape {
  private static final int MOST_CREDENTIALS = 20;
  private static final int LONGEST_CREDENTIAL = 4_000;
  private static final int MOST_PARALLEL = 100_000;
  private static final int MOST_QUEUE = 100_000;

  private ProviderShape() {}

  record NewCredential(
      String name,
      String credential,
      @Nullable Integer requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Integer parallelCalls) {
    @Override
    public String toString() {
      return "NewCredential[" + name + "]";
    }
  }

  /// @param credential absent: the one of this name is kept
  record ChangedCredential(
      String name,
      @Nullable String credential,
      @Nullable Integer requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Integer parallelCalls) {
    @Override
    public String toString() {
      return "ChangedCredential[" + name + "]";
    }
  }

  /// @param credential the reference, or `sealed`
  record CredentialView(
      String name,
      String credential,
      @Nullable Integer requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Integer parallelCalls) {}

  static Bounds bounds(@Nullable Integer parallelCalls, @Nullable Integer queue) {
    within("parallel_calls", parallelCalls, 1, MOST_PARALLEL);
    within("queue", queue, 0, MOST_QUEUE);
    if (queue != null && parallelCalls == null) {
      throw HttpException.invalid("queue", "goes with parallel_calls only");
    }
    return new Bounds(parallelCalls, queue);
  }

  private static void within(String field, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw HttpException.invalid(field, "must be " + least + " to " + most + ", but is " + value);
    }
  }

  static List<Credential> credentials(
      Principal principal, @Nullable List<NewCredential> wanted, boolean first) {
    if (wanted == null) {
      return List.of();
    }
    return changed(principal, noNull(wanted).stream().map(ProviderShape::changed).toList(), first);
  }

  private static <T> List<T> noNull(List<T> wanted) {
    if (wanted.stream().anyMatch(Objects::isNull)) {
      throw HttpException.invalid("credentials", "must have no null");
    }
    return wanted;
  }

  private static ChangedCredential changed(NewCredential each) {
    return new ChangedCredential(
        each.name(),
        each.credential(),
        each.requestsPerMinute(),
        each.tokensPerMinute(),
        each.parallelCalls());
  }

  /// @param first whether the provider has a credential beside these
  static List<Credential> changed(
      Principal principal, @Nullable List<ChangedCredential> wanted, boolean first) {
    if (wanted == null) {
      return List.of();
    }
    noNull(wanted);
    if (wanted.size() > MOST_CREDENTIALS) {
      throw HttpException.invalid("credentials", "at most " + MOST_CREDENTIALS);
    }
    Set<String> names = new HashSet<>();
    if (first) {
      names.add(ProviderEntry.DEFAULT);
    }
    List<Credential> credentials = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      String field = "credentials[" + i + "]";
      ChangedCredential each = wanted.get(i);
      if (Slug.of(each.name()).isEmpty()) {
        throw HttpException.invalid(field + ".name", "must be a name of a-z 0-9 . _ : -");
      }
      if (!names.add(each.name())) {
        throw HttpException.invalid(field + ".name", "stands there twice; credential is `default`");
      }
      check(principal, field + ".credential", each.credential());
      credentials.add(new Credential(limits(field, each), each.credential()));
    }
    return credentials;
  }

  private static Limits limits(String field, ChangedCredential each) {
    try {
      return new Limits(
          each.name(), each.requestsPerMinute(), each.tokensPerMinute(), each.parallelCalls());
    } catch (InvalidRouteException e) {
      throw HttpException.invalid(field + "." + e.field(), String.valueOf(e.getMessage()));
    }
  }

  /// A reference reads this server's environment and files: only who runs the server may do that.
  static void check(Principal principal, String field, @Nullable String credential) {
    if (credential != null && (credential.isBlank() || credential.length() > LONGEST_CREDENTIAL)) {
      throw HttpException.invalid(field, "must have 1 to 4000 characters");
    }
    if (ProviderStore.isReference(credential) && !principal.may(Rights.TENANTS_WRITE)) {
      throw new HttpException(
          HttpError.RIGHT_MISSING,
          field
              + ": naming the server's environment or files needs the right "
              + Rights.TENANTS_WRITE
              + "; send the credential itself, it is kept encrypted.");
    }
  }

  /// Null where there is only the first one.
  static @Nullable List<CredentialView> views(List<Credential> credentials) {
    if (credentials.isEmpty()) {
      return null;
    }
    return credentials.stream()
        .map(
            c ->
                new CredentialView(
                    c.limits().name(),
                    String.valueOf(c.credential()),
                    c.limits().requestsPerMinute(),
                    c.limits().tokensPerMinute(),
                    c.limits().parallelCalls()))
        .toList();
  }
}
