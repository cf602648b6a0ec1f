package dev.gimbal.gateway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.http.Behaviour;
import dev.gimbal.gateway.conformance.http.Caller;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.http.Received;
import dev.gimbal.gateway.conformance.http.Upstream;
import dev.gimbal.gateway.conformance.wire.Ask;
import dev.gimbal.gateway.conformance.wire.Heard;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Wire;
import dev.gimbal.gateway.conformance.wire.WireForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where one case is played on one pair. For one thread.
public final class Bench {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /// What says plainly that a gateway does not do something, where it has not asked its upstream.
  private static final Set<Integer> REFUSALS = Set.of(400, 404, 405, 415, 422, 501);

  private final Target target;
  private final Wire caller;
  private final Upstream upstream;

  Bench(Target target, Wire caller, Upstream upstream) {
    this.target = target;
    this.caller = caller;
    this.upstream = upstream;
  }

  public Target target() {
    return target;
  }

  public Wire caller() {
    return caller;
  }

  public Wire upstream() {
    return upstream.wire();
  }

  public WireForm callerForm() {
    return caller.form();
  }

  public WireForm upstreamForm() {
    return upstream.wire().form();
  }

  /// The name under which the upstream's model is called.
  public String model() {
    return target
        .model(upstream.wire())
        .orElseThrow(
            () -> new Judged(Verdict.NOT_APPLICABLE, "the target has no model of this upstream"));
  }

  public Ask ask(boolean stream) {
    return Ask.plain(model(), stream);
  }

  /// What the upstream does from now on.
  public void plays(Behaviour behaviour) {
    upstream.plays(behaviour);
  }

  /// The upstream answers so from now on, in the form that it is asked for.
  public void says(Said said) {
    upstream.plays(upstream.says(said));
  }

  public Behaviour saying(Said said) {
    return upstream.says(said);
  }

  public Got send(Ask ask) throws IOException {
    return send(ask.stream(), callerForm().request(ask).toString());
  }

  /// Sends a body to the path of the caller's wire.
  public Got send(boolean stream, String body) throws IOException {
    return post(callerForm().path(model(), stream), headers(), bytes(body));
  }

  public Got post(String path, Map<String, String> headers, byte[] body) throws IOException {
    return exchange(new Caller.Outgoing("POST", path, headers, body));
  }

  public Got exchange(Caller.Outgoing request) throws IOException {
    try (Caller call = Caller.call(target.url(), request, PATIENCE)) {
      return call.got();
    }
  }

  /// Sends a request and leaves its answer to be read, or not.
  public Caller open(Ask ask) throws IOException {
    String path = callerForm().path(ask.model(), ask.stream());
    byte[] body = bytes(callerForm().request(ask).toString());
    return Caller.call(target.url(), new Caller.Outgoing("POST", path, headers(), body), PATIENCE);
  }

  /// The headers of a caller.
  public Map<String, String> headers() {
    return headers(target.key());
  }

  /// The headers of a caller with another key.
  public Map<String, String> headers(String key) {
    Map<String, String> headers = new HashMap<>(callerForm().headers(key));
    headers.put("content-type", "application/json");
    headers.putAll(target.headers().getOrDefault(upstream.wire(), Map.of()));
    return headers;
  }

  /// Demands that a call succeeded. One that the gateway refused without asking its upstream is
  /// not supported.
  public Got accepted(Got got) {
    if (REFUSALS.contains(got.status()) && upstream.received().isEmpty()) {
      throw new Judged(Verdict.NOT_SUPPORTED, "it said: " + got.seen());
    }
    demand(got.succeeded(), "the call succeeds", got);
    demand(!got.silent(), "the answer ends", got);
    return got;
  }

  /// What the caller's client makes of an answer, which must have the form that was asked for.
  public Heard hear(Got got, boolean stream) {
    if (stream) {
      demand(got.isStream(), "the answer is a stream of events", got);
      return callerForm().readEvents(got.events());
    }
    demand(got.json().isObject(), "the answer is one JSON object", got);
    return callerForm().readAnswer(got.json());
  }

  /// Sends, and demands an answer that a strict client can read.
  public Heard heard(Ask ask) throws IOException {
    Got got = accepted(send(ask));
    Heard heard = hear(got, ask.stream());
    strict(heard, got);
    return heard;
  }

  public void strict(Heard heard, Got got) {
    if (!heard.faults().isEmpty()) {
      throw new Judged(
          Verdict.FAIL, "a strict client stumbles: " + heard.faults() + "; seen: " + got.seen());
    }
  }

  /// All calls that came to the upstream.
  public List<Received> received() {
    return upstream.received();
  }

  /// The last call that came to the upstream.
  public Received last() {
    List<Received> calls = upstream.received();
    if (calls.isEmpty()) {
      throw new Judged(Verdict.FAIL, "the upstream got no call");
    }
    return calls.getLast();
  }

  public JsonNode asked() {
    JsonNode json = last().json();
    demand(json.isObject(), "the upstream gets JSON", last().text());
    return json;
  }

  public boolean awaits(int calls) throws InterruptedException {
    return upstream.awaits(calls, PATIENCE);
  }

  public void demand(boolean holds, String words, Got seen) {
    if (!holds) {
      throw new Judged(Verdict.FAIL, "not so: " + words + "; the caller got: " + seen.seen());
    }
  }

  public void demand(boolean holds, String words, Object seen) {
    if (!holds) {
      throw new Judged(Verdict.FAIL, "not so: " + words + "; seen: " + cut(String.valueOf(seen)));
    }
  }

  /// Ends the case where the gateway asked the upstream for what its vendor's server does not have:
  /// it does not translate.
  public void translated(Got got) {
    if (!got.succeeded() && upstream.received().isEmpty()) {
      throw new Judged(Verdict.NOT_SUPPORTED, "it said: " + got.seen());
    }
    for (Received call : upstream.received()) {
      if (!upstreamForm().takes(call.target())) {
        String words = "it asks for " + call.target() + ", which this upstream does not have";
        throw new Judged(Verdict.NOT_SUPPORTED, words);
      }
    }
  }

  /// Ends the case: the target was not set up with what it needs.
  public Judged lacking(String words) {
    return new Judged(Verdict.NOT_APPLICABLE, words);
  }

  /// Demands an error answer in the caller's wire.
  public void demandError(Got got, int least, int most) {
    boolean status = got.status() >= least && got.status() <= most;
    demand(status, "the status is " + least + " to " + most, got);
    boolean shaped = callerForm().readError(got.json()).isPresent();
    demand(shaped, "the error has the shape of the caller's wire", got);
    String type = got.header("content-type").orElse("none");
    demand(type.startsWith("application/json"), "the error's type is JSON", type);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= 300 ? line : line.substring(0, 300) + " …";
  }
}
