package dev.gimbal.gateway.conformance.cases;

import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Ask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Row 22: every error in the wire of the caller.
final class ErrorCases {
  private static final String OWN = "the error is the gateway's own, whatever the upstream speaks";
  private static final String SAYS_NO = "The judge says no.";

  private ErrorCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(22, "the upstream refuses the call", ErrorCases::refused),
        Case.everywhere(22, "the upstream answers with HTML", ErrorCases::html),
        Case.everywhere(22, "the upstream refuses its credential", ErrorCases::credential),
        Case.within(22, "an unknown model", OWN, ErrorCases::unknownModel),
        Case.within(22, "a body that is not JSON", OWN, ErrorCases::notJson),
        Case.within(22, "a wrong key", OWN, ErrorCases::wrongKey));
  }

  private static void refused(Bench bench) throws IOException {
    bench.plays((request, out) -> out.json(400, bench.upstreamForm().error(400, SAYS_NO)));

    Got got = bench.send(bench.ask(true));

    bench.demandError(got, 400, 400);
    bench.demand(got.text().contains(SAYS_NO), "the upstream's reason is told", got);
  }

  private static void html(Bench bench) throws IOException {
    byte[] page = "<html><h1>502 Bad Gateway</h1></html>".getBytes(StandardCharsets.UTF_8);
    bench.plays((request, out) -> out.whole(502, Map.of("content-type", "text/html"), page));

    bench.demandError(bench.send(bench.ask(false)), 500, 599);
  }

  /// A caller whose own key is good must not be told that it is not.
  private static void credential(Bench bench) throws IOException {
    if (!bench.target().ownKeys()) {
      throw bench.lacking("the caller's key is the upstream's");
    }
    bench.plays((request, out) -> out.json(401, bench.upstreamForm().error(401, "bad key sk-up")));

    Got got = bench.send(bench.ask(false));

    bench.demandError(got, 400, 599);
    bench.demand(!got.text().contains("sk-up"), "the credential is not told", got);
  }

  private static void unknownModel(Bench bench) throws IOException {
    Ask ask = Ask.plain("nobody-knows/this-one", false);
    byte[] body = bench.callerForm().request(ask).toString().getBytes(StandardCharsets.UTF_8);
    if (!bench.target().ownKeys()) {
      throw bench.lacking("the gateway knows no models");
    }

    Got got = bench.post(bench.callerForm().path(ask.model(), false), bench.headers(), body);

    bench.demandError(got, 400, 404);
  }

  private static void notJson(Bench bench) throws IOException {
    Got got = bench.send(false, "{\"model\": \"" + bench.model() + "\", \"messages\": [");

    bench.demandError(got, 400, 422);
  }

  private static void wrongKey(Bench bench) throws IOException {
    if (!bench.target().ownKeys()) {
      throw bench.lacking("the gateway has no keys of its own");
    }
    byte[] body =
        bench.callerForm().request(bench.ask(false)).toString().getBytes(StandardCharsets.UTF_8);
    String path = bench.callerForm().path(bench.model(), false);

    Got got = bench.post(path, bench.headers("sk-nobody"), body);

    bench.demandError(got, 401, 403);
  }
}
