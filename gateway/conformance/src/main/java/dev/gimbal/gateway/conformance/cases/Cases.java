package dev.gimbal.gateway.conformance.cases;

import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Heard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All cases, in the order of their rows.
public final class Cases {
  private Cases() {}

  public static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    cases.add(Case.everywhere(0, "a plain call", bench -> plain(bench, false)));
    cases.add(Case.everywhere(0, "a plain stream", bench -> plain(bench, true)));
    cases.addAll(StreamCases.all());
    cases.addAll(ToolCases.all());
    cases.addAll(ThoughtCases.all());
    cases.addAll(GoneCases.all());
    cases.addAll(FailureCases.all());
    cases.addAll(ErrorCases.all());
    cases.addAll(BytesCases.all());
    cases.addAll(LargeCases.all());
    cases.addAll(SetupCases.all());
    cases.sort(Comparator.comparingInt(Case::row));
    return cases;
  }

  private static void plain(Bench bench, boolean stream) throws IOException {
    Got answer = bench.send(bench.ask(stream).asking("What is the judge's word?"));
    bench.translated(answer);
    Got got = bench.accepted(answer);
    Heard heard = bench.hear(got, stream);
    bench.demand(heard.text().equals("alpha beta gamma."), "the caller hears the text", got);
    String sent = bench.last().text();
    bench.demand(sent.contains("What is the judge's word?"), "the upstream is asked", sent);
  }
}
