package dev.gimbal.knowledge.core.routes;

import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.ingestion.Pause;
import dev.gimbal.knowledge.core.ingestion.Uploads;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.knowledge.core.store.WorkStore;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.jobs.Job;
import dev.gimbal.platform.jobs.Jobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Jobs of every kind over HTTP.
public final class JobRoutes {
  private static final String PATH = "/api/jobs";
  private static final Duration EVENT_EVERY = Duration.ofMillis(250);

  private final Database database;
  private final Jobs jobs;
  private final WorkStore work;
  private final Pause pause;

  /// @param work for the files of a job that is cancelled
  public JobRoutes(Database database, Jobs jobs, WorkStore work, Pause pause) {
    this.database = database;
    this.jobs = jobs;
    this.work = work;
    this.pause = pause;
  }

  /// The routes.
  public List<Route> routes() {
    return List.of(
        Route.get(PATH)
            .summary("Lists jobs, newest first")
            .right(Rights.JOBS_READ)
            .paged()
            .answers(200, Payloads.JobState.class)
            .handle(this::list),
        Route.get(PATH + "/{job}")
            .summary("Shows a job")
            .right(Rights.JOBS_READ)
            .answers(200, Payloads.JobState.class)
            .handle(request -> Response.ok(Payloads.JobState.of(find(request)))),
        Route.post(PATH + "/{job}/cancel")
            .summary("Asks a job to stop; what it has not done then is not done")
            .right(Rights.JOBS_WRITE)
            .answers(200, Payloads.JobState.class)
            .handle(this::cancel),
        Route.get(PATH + "/{job}/events")
            .summary("A job's progress as server-sent events")
            .right(Rights.JOBS_READ)
            .answers(200, null)
            .handle(this::events));
  }

  private Response list(Request request) {
    Request.Page page = request.page();
    UUID before = Pages.id(Job.PREFIX, page.cursor());
    List<Job> rows = jobs.list(request.caller().tenant(), before, page.limit() + 1);
    return Response.ok(
        Pages.of(
            rows, page.limit(), Payloads.JobState::of, job -> IdText.format(Job.PREFIX, job.id())));
  }

  private Job find(Request request) {
    return find(request.caller().tenant(), id(request));
  }

  private Job find(TenantId tenant, UUID id) {
    return jobs.find(tenant, id).orElseThrow(() -> unknown(null));
  }

  private static UUID id(Request request) {
    return IdText.parse(Job.PREFIX, request.path("job")).orElseThrow(() -> unknown(null));
  }

  private static KnowledgeException unknown(@Nullable Throwable cause) {
    return new KnowledgeException(KnowledgeError.JOB_UNKNOWN, "there is no such job", cause);
  }

  private Response cancel(Request request) {
    TenantId tenant = request.caller().tenant();
    UUID id = id(request);
    Job job = jobs.cancel(tenant, id).orElseThrow(() -> unknown(null));
    if (job.kind().equals(Uploads.JOB) && job.state() != Job.State.SUCCEEDED) {
      VersionRow.Failure failure =
          new VersionRow.Failure(
              KnowledgeError.INGESTION_CANCELLED.code(),
              "the job was cancelled before the file was found ready");
      database.inTransaction(tenant, tx -> work.failJob(tx, id, failure));
    }
    return Response.ok(Payloads.JobState.of(find(tenant, id)));
  }

  private Response events(Request request) {
    TenantId tenant = request.caller().tenant();
    UUID id = find(request).id();
    return new Response.Events(
        sink -> {
          Payloads.JobState last = null;
          while (!sink.gone() && !jobs.quiescent()) {
            Payloads.JobState now = Payloads.JobState.of(find(tenant, id));
            if (now.ended() != null) {
              sink.send("end", now);
              return;
            }
            if (!now.equals(last)) {
              sink.send("progress", now);
              last = now;
            }
            pause.sleep(EVENT_EVERY);
          }
        });
  }
}
