package dev.gimbal.gateway.core.guard;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.guard.GuardStore.Stored;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.TextPass;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Slug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Guards under `/api`.
final class GuardRoutes {
  private static final int LONGEST_CHECKED = 200_000;

  private final GuardParts parts;
  private final GuardStore store;
  private final SlowJudge judge;
  private final GuardPools pools;

  GuardRoutes(GuardParts parts, GuardStore store, SlowJudge judge, GuardPools pools) {
    this.parts = parts;
    this.store = store;
    this.judge = judge;
    this.pools = pools;
  }

  record GuardView(
      String name,
      String kind,
      List<String> places,
      String action,
      String onFailure,
      int deadlineMillis,
      GuardBody.@Nullable Applies appliesTo,
      Map<String, Object> settings,
      long version,
      Instant created,
      Instant updated) {}

  record GuardChange(String kind, String action, List<String> places) {}

  /// @param place null: the first that the guard looks at
  record Check(String text, @Nullable String place) {}

  record CheckedVerdict(
      String guard, String kind, String place, String outcome, Map<String, Integer> found) {}

  /// @param text as it would go on; null: it would be refused
  record Checked(boolean refused, @Nullable String text, List<CheckedVerdict> verdicts) {}

  List<Route> routes() {
    return List.of(
        Route.get("/api/guards")
            .summary("The guards of the tenant")
            .right(Rights.GUARDS_READ)
            .paged()
            .answersList(GuardView.class)
            .handle(this::list),
        Route.post("/api/guards")
            .summary("Declares a guard")
            .right(Rights.GUARDS_WRITE)
            .body(GuardBody.class)
            .answers(201, GuardView.class)
            .handle(this::add),
        Route.get("/api/guards/{guard}")
            .summary("A guard")
            .right(Rights.GUARDS_READ)
            .answers(200, GuardView.class)
            .handle(this::get),
        Route.put("/api/guards/{guard}")
            .summary("Replaces a guard")
            .right(Rights.GUARDS_WRITE)
            .body(GuardBody.class)
            .answers(200, GuardView.class)
            .handle(this::put),
        Route.delete("/api/guards/{guard}")
            .summary("Removes a guard")
            .right(Rights.GUARDS_WRITE)
            .answers(204, null)
            .handle(this::remove),
        Route.post("/api/guards/{guard}/check")
            .summary("Tries a guard on a text")
            .right(Rights.GUARDS_READ)
            .body(Check.class)
            .answers(200, Checked.class)
            .handle(this::check));
  }

  private Response list(Request request) {
    String cursor = request.page().cursor();
    int limit = request.page().limit();
    List<GuardView> rest =
        parts.database().inTransaction(request.caller().tenant(), store::list).stream()
            .map(GuardRoutes::view)
            .filter(view -> cursor == null || view.name.compareTo(cursor) > 0)
            .toList();
    List<GuardView> page = rest.subList(0, Math.min(limit, rest.size()));
    return Response.ok(new Listing<>(page, rest.size() > limit ? page.getLast().name : null));
  }

  private static GuardView view(Stored stored) {
    GuardBody guard = stored.guard();
    return new GuardView(
        guard.name(),
        guard.kind(),
        guard.places(),
        guard.action(),
        guard.onFailure() == null ? "closed" : guard.onFailure(),
        guard.deadlineMillis() == null ? GuardDeclaration.DEADLINE_MILLIS : guard.deadlineMillis(),
        guard.appliesTo(),
        guard.settings() == null ? Map.of() : guard.settings(),
        stored.version(),
        stored.created(),
        stored.updated());
  }

  private Response get(Request request) {
    String name = request.path("guard");
    return tagged(
        200,
        parts
            .database()
            .inTransaction(
                request.caller().tenant(), transaction -> store.find(transaction, name)));
  }

  private static Response tagged(int status, Stored stored) {
    return new Response.Json(status, view(stored), Map.of("ETag", EntityTag.of(stored.version())));
  }

  private void check(GuardBody guard) {
    if (Slug.of(guard.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    GuardDeclaration declaration = guard.declaration();
    String classifier =
        switch (declaration.rule()) {
          case GuardRule.Injection rule -> rule.classifier();
          case GuardRule.Topic rule -> rule.classifier();
          default -> null;
        };
    if (classifier != null && !judge.classifiers().contains(classifier)) {
      throw HttpException.invalid("settings.classifier", "must be one of " + judge.classifiers());
    }
  }

  private Response add(Request request) {
    Principal principal = Principal.of(request.caller());
    GuardBody wanted = request.body(GuardBody.class);
    check(wanted);
    Stored stored =
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  Stored added = store.add(transaction, wanted);
                  parts
                      .audit()
                      .append(
                          transaction, principal, "guard.created", wanted.name(), change(wanted));
                  return added;
                });
    return tagged(201, stored);
  }

  private static GuardChange change(GuardBody guard) {
    return new GuardChange(guard.kind(), guard.action(), guard.places());
  }

  private Response put(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("guard");
    GuardBody wanted = request.body(GuardBody.class);
    if (!wanted.name().equals(name)) {
      throw HttpException.invalid("name", "cannot be changed");
    }
    check(wanted);
    Stored stored =
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  Stored before = store.find(transaction, name);
                  EntityTag.require(request, before.version());
                  Stored now = store.replace(transaction, before, wanted);
                  parts
                      .audit()
                      .append(transaction, principal, "guard.changed", name, change(wanted));
                  return now;
                });
    return tagged(200, stored);
  }

  private Response remove(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("guard");
    parts
        .database()
        .inTransaction(
            principal.tenant(),
            transaction -> {
              EntityTag.require(request, store.find(transaction, name).version());
              store.remove(transaction, name);
              parts.audit().append(transaction, principal, "guard.removed", name, Map.of());
              return true;
            });
    return Response.nothing();
  }

  private Response check(Request request) {
    Check wanted = request.body(Check.class);
    if (wanted.text().length() > LONGEST_CHECKED) {
      throw HttpException.invalid("text", "is longer than " + LONGEST_CHECKED);
    }
    String name = request.path("guard");
    GuardDeclaration guard =
        parts
            .database()
            .inTransaction(request.caller().tenant(), transaction -> store.find(transaction, name))
            .guard()
            .declaration();
    Place place =
        wanted.place() == null
            ? guard.places().iterator().next()
            : Place.of(wanted.place())
                .filter(guard.places()::contains)
                .orElseThrow(() -> HttpException.invalid("place", "the guard does not look there"));
    GuardedCall call =
        new GuardedCall(UUID.randomUUID(), Principal.of(request.caller()), "", null, Runnable::run);
    return Response.ok(checked(guard, place, wanted.text(), call));
  }

  private Checked checked(GuardDeclaration guard, Place place, String text, GuardedCall call) {
    GuardSession session = new GuardSession(new GuardSet(List.of(guard)));
    StringBuilder said = new StringBuilder();
    TextPass pass = session.begin(place, false);
    if (pass != null) {
      TextPass.Out out = new Said(said, text);
      pass.push(text, out);
      pass.finish();
      for (GuardSession.Slow slow : pass.slow()) {
        pass.apply(slow, pools.ask(slow, pass.whole(), call).toCompletableFuture().join());
      }
      pass.release(out);
    }
    boolean refused = session.refusal() != null;
    List<CheckedVerdict> verdicts = new ArrayList<>();
    session
        .verdicts()
        .forEach(
            v ->
                verdicts.add(
                    new CheckedVerdict(
                        v.guard(),
                        v.kind(),
                        v.place().id(),
                        v.outcome().name().toLowerCase(Locale.ROOT),
                        v.found())));
    return new Checked(refused, refused ? null : said.toString(), verdicts);
  }

  private record Said(StringBuilder said, String text) implements TextPass.Out {
    @Override
    public void kept(int from, int to) {
      said.append(text, from, to);
    }

    @Override
    public void replaced(int from, int to, String by) {
      said.append(by);
    }
  }
}
