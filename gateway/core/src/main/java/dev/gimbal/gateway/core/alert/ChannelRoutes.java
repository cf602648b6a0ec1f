package dev.gimbal.gateway.core.alert;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.provider.CredentialReference;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Slug;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `/api/alert-channels`.
final class ChannelRoutes {
  private static final String PATH = "/api/alert-channels/{channel}";
  private static final int LONGEST_SECRET = 4_000;

  private final AlertModule.Parts parts;
  private final ChannelStore store;
  private final Probe probe;

  /// Sends an alert once, now.
  @FunctionalInterface
  interface Probe {
    /// @return what came back
    String send(Alert alert, Channel channel) throws Sender.NotSentException;
  }

  ChannelRoutes(AlertModule.Parts parts, ChannelStore store, Probe probe) {
    this.parts = parts;
    this.store = store;
    this.probe = probe;
  }

  /// @param kind `webhook` or `email`
  /// @param secret that a webhook is signed with: itself, kept encrypted, or `env:X`, `file:PATH`;
  ///     absent in a change: the one that it has is kept
  /// @param alerts kinds that it takes; absent: all
  record ChannelBody(
      String name,
      String kind,
      @Nullable String url,
      @Nullable String secret,
      @Nullable List<String> recipients,
      @Nullable List<String> alerts) {
    Channel.Declaration declaration() {
      return Channel.Declaration.of(kind, url, recipients, alerts);
    }

    @Override
    public String toString() {
      return "ChannelBody[" + name + "]";
    }
  }

  /// @param secret the reference, or `sealed`; absent: none
  record ChannelView(
      String name,
      String kind,
      @Nullable String url,
      @Nullable String secret,
      List<String> recipients,
      List<String> alerts,
      long version,
      Instant created,
      Instant updated) {}

  /// What came of a test.
  ///
  /// @param said what came back, or why it did not arrive
  record TestView(boolean sent, String said, long tookMs) {}

  record ChannelChange(String kind, List<String> alerts) {}

  List<Route> routes() {
    return List.of(
        Route.get("/api/alert-channels")
            .summary("Where the tenant's alerts go")
            .right(Rights.ALERTS_READ)
            .paged()
            .answersList(ChannelView.class)
            .handle(this::list),
        Route.post("/api/alert-channels")
            .summary("Declares where alerts go")
            .right(Rights.ALERTS_WRITE)
            .body(ChannelBody.class)
            .answers(201, ChannelView.class)
            .handle(this::add),
        Route.get(PATH)
            .summary("A channel of alerts")
            .right(Rights.ALERTS_READ)
            .answers(200, ChannelView.class)
            .handle(this::get),
        Route.put(PATH)
            .summary("Replaces a channel of alerts")
            .right(Rights.ALERTS_WRITE)
            .body(ChannelBody.class)
            .answers(200, ChannelView.class)
            .handle(this::put),
        Route.delete(PATH)
            .summary("Removes a channel of alerts; what is on its way to it is given up")
            .right(Rights.ALERTS_WRITE)
            .answers(204, null)
            .handle(this::remove),
        Route.post(PATH + "/test")
            .summary("Sends a test to a channel of alerts, once, and says what came back")
            .right(Rights.ALERTS_WRITE)
            .answers(200, TestView.class)
            .handle(this::test));
  }

  private Response list(Request request) {
    String cursor = request.page().cursor();
    int limit = request.page().limit();
    List<ChannelView> rest =
        parts.database().inTransaction(request.caller().tenant(), store::list).stream()
            .map(ChannelRoutes::view)
            .filter(view -> cursor == null || view.name.compareTo(cursor) > 0)
            .toList();
    List<ChannelView> page = rest.subList(0, Math.min(limit, rest.size()));
    return Response.ok(new Listing<>(page, rest.size() > limit ? page.getLast().name : null));
  }

  private static ChannelView view(Channel channel) {
    Channel.StoredSecret secret = channel.secret();
    return new ChannelView(
        channel.name(),
        channel.declaration().kind(),
        channel.declaration().url(),
        secret == null ? null : secret.reference() == null ? "sealed" : secret.reference(),
        channel.declaration().recipients(),
        channel.declaration().alerts(),
        channel.version(),
        channel.created(),
        channel.updated());
  }

  private static Response tagged(int status, Channel channel) {
    return new Response.Json(
        status, view(channel), Map.of("ETag", EntityTag.of(channel.version())));
  }

  private static void check(Principal principal, ChannelBody wanted) {
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    String secret = wanted.secret();
    if (secret == null) {
      return;
    }
    if (!wanted.kind().equals(Channel.WEBHOOK)) {
      throw HttpException.invalid("secret", "is for webhooks");
    }
    if (secret.isBlank() || secret.length() > LONGEST_SECRET) {
      throw HttpException.invalid("secret", "must have 1 to 4000 characters");
    }
    if (CredentialReference.is(secret) && !principal.may(Rights.TENANTS_WRITE)) {
      throw new HttpException(
          HttpError.RIGHT_MISSING,
          "secret: naming the server's environment or files needs the right "
              + Rights.TENANTS_WRITE
              + "; send the secret itself, it is kept encrypted.");
    }
  }

  private Response add(Request request) {
    Principal principal = Principal.of(request.caller());
    ChannelBody wanted = request.body(ChannelBody.class);
    check(principal, wanted);
    Channel.Declaration declaration = wanted.declaration();
    return tagged(
        201,
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  Channel added =
                      store.add(transaction, wanted.name(), declaration, wanted.secret());
                  parts
                      .audit()
                      .append(
                          transaction,
                          principal,
                          "alert-channel.created",
                          wanted.name(),
                          change(declaration));
                  return added;
                }));
  }

  private static ChannelChange change(Channel.Declaration declaration) {
    return new ChannelChange(declaration.kind(), declaration.alerts());
  }

  private Response get(Request request) {
    String name = request.path("channel");
    return tagged(
        200,
        parts
            .database()
            .inTransaction(
                request.caller().tenant(), transaction -> store.lock(transaction, name)));
  }

  private Response put(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("channel");
    ChannelBody wanted = request.body(ChannelBody.class);
    if (!wanted.name().equals(name)) {
      throw HttpException.invalid("name", "cannot be changed");
    }
    check(principal, wanted);
    Channel.Declaration declaration = wanted.declaration();
    return tagged(
        200,
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  Channel before = store.lock(transaction, name);
                  EntityTag.require(request, before.version());
                  Channel now = store.replace(transaction, before, declaration, wanted.secret());
                  parts
                      .audit()
                      .append(
                          transaction,
                          principal,
                          "alert-channel.changed",
                          name,
                          change(declaration));
                  return now;
                }));
  }

  private Response test(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("channel");
    Channel channel =
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  Channel found = store.lock(transaction, name);
                  parts
                      .audit()
                      .append(transaction, principal, "alert-channel.tested", name, Map.of());
                  return found;
                });
    Instant now = parts.clock().instant();
    Alert alert =
        new Alert(
            principal.tenant(),
            parts.ids().next(),
            Alert.Kind.TEST,
            name,
            "A test of the channel " + name + ": nothing is wrong",
            Map.of(),
            now,
            null,
            null);
    long began = System.nanoTime();
    boolean sent;
    String said;
    try {
      said = probe.send(alert, channel);
      sent = true;
    } catch (Sender.NotSentException e) {
      said = e.why();
      sent = false;
    }
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    return Response.ok(new TestView(sent, said, took));
  }

  private Response remove(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("channel");
    parts
        .database()
        .inTransaction(
            principal.tenant(),
            transaction -> {
              EntityTag.require(request, store.lock(transaction, name).version());
              store.remove(transaction, name);
              parts.audit().append(transaction, principal, "alert-channel.removed", name, Map.of());
              return true;
            });
    return Response.nothing();
  }
}
