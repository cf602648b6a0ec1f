package dev.gimbal.evaluation.feedback;

import dev.gimbal.access.api.Rights;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Thumbs: what people thought of answers, by trace.
final class FeedbackRoutes {
  private static final String PREFIX = "fbk";
  private static final int LONGEST_COMMENT = 2_000;
  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");
  private static final UUID LAST = new UUID(-1L, -1L);

  private final Database database;
  private final Clock clock;
  private final Ids ids;

  FeedbackRoutes(Database database, Clock clock, Ids ids) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
  }

  /// What a person thinks of a trace.
  ///
  /// @param value `up` or `down`
  record Given(String trace, String value, @Nullable String comment) {}

  /// An opinion as it is kept.
  record Feedback(
      String id,
      String trace,
      String value,
      @Nullable String comment,
      String principal,
      Instant created) {}

  List<Route> routes() {
    return List.of(
        Route.post("/api/feedback")
            .summary("Says what one thinks of an answer; a later opinion replaces an earlier one")
            .right(Rights.FEEDBACK_WRITE)
            .body(Given.class)
            .answers(201, Feedback.class)
            .handle(this::give),
        Route.get("/api/feedback")
            .summary("Opinions, the latest first")
            .right(Rights.TRACES_READ)
            .query("trace")
            .paged()
            .answers(200, Feedback.class)
            .handle(this::list));
  }

  private Response give(Request request) {
    Given given = request.body(Given.class);
    if (!TRACE.matcher(given.trace()).matches()) {
      throw HttpException.invalid("trace", "must be 32 hexadecimal digits");
    }
    if (!given.value().equals("up") && !given.value().equals("down")) {
      throw HttpException.invalid("value", "must be up or down, but is " + given.value());
    }
    if (given.comment() != null && given.comment().length() > LONGEST_COMMENT) {
      throw HttpException.invalid(
          "comment",
          "must be at most " + LONGEST_COMMENT + " characters, but is " + given.comment().length());
    }
    return Response.json(201, keep(request.caller(), given));
  }

  private Feedback keep(Caller caller, Given given) {
    Instant now = clock.instant();
    UUID id =
        database.inTransaction(
            caller.tenant(),
            transaction ->
                transaction
                    .handle()
                    .createQuery(
                        """
                        INSERT INTO evaluation.feedback
                          (tenant_id, id, trace_id, principal, up, comment, created)
                        VALUES (:tenant, :id, :trace, :principal, :up, :comment, :created)
                        ON CONFLICT (tenant_id, trace_id, principal) DO UPDATE
                          SET up = excluded.up, comment = excluded.comment,
                              created = excluded.created
                        RETURNING id
                        """)
                    .bind("tenant", caller.tenant().value())
                    .bind("id", ids.next())
                    .bind("trace", given.trace())
                    .bind("principal", caller.id())
                    .bind("up", given.value().equals("up"))
                    .bind("comment", given.comment())
                    .bind("created", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                    .mapTo(UUID.class)
                    .one());
    return new Feedback(
        IdText.format(PREFIX, id), given.trace(), given.value(), given.comment(), caller.id(), now);
  }

  private Response list(Request request) {
    Request.Page page = request.page();
    UUID before =
        page.cursor() == null
            ? LAST
            : IdText.parse(PREFIX, page.cursor())
                .orElseThrow(() -> HttpException.invalid("cursor", "is not one of this list"));
    List<Feedback> found =
        database.inTransaction(
            request.caller().tenant(),
            transaction ->
                transaction
                    .handle()
                    .createQuery(
                        """
                        SELECT id, trace_id, up, comment, principal, created
                        FROM evaluation.feedback
                        WHERE tenant_id = :tenant AND id < :before
                          AND (CAST(:trace AS text) IS NULL OR trace_id = :trace)
                        ORDER BY id DESC LIMIT :limit
                        """)
                    .bind("tenant", request.caller().tenant().value())
                    .bind("before", before)
                    .bind("trace", request.query("trace").orElse(null))
                    .bind("limit", page.limit())
                    .map(
                        (row, context) ->
                            new Feedback(
                                IdText.format(PREFIX, row.getObject("id", UUID.class)),
                                row.getString("trace_id"),
                                row.getBoolean("up") ? "up" : "down",
                                row.getString("comment"),
                                row.getString("principal"),
                                row.getObject("created", OffsetDateTime.class).toInstant()))
                    .list());
    String next = found.size() < page.limit() ? null : found.getLast().id();
    return Response.ok(new Response.Listing<>(found, next));
  }
}
