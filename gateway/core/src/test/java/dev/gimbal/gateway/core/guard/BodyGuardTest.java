package dev.gimbal.gateway.core.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.core.guard.GuardedBody.Passed;
import dev.gimbal.gateway.core.guard.GuardedBody.Refused;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.guard.TextClassifier;
import dev.gimbal.gateway.guard.Verdict;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.text.sensitive.Entity;
import io.vertx.core.buffer.Buffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies by dialect: what gives way gives way, and every other byte stays.
final class BodyGuardTest {
  private final CountDownLatch never = new CountDownLatch(1);
  private final GuardPools pools =
      new GuardPools(
          new SlowJudge(List.of(new Stuck()), (guard, place, text, within) -> SlowVerdict.PASSED));

  private final class Stuck implements TextClassifier {
    @Override
    public String name() {
      return "stuck";
    }

    @Override
    public double score(String text) {
      try {
        return never.await(1, TimeUnit.MINUTES) ? 0 : 1;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 1;
      }
    }
  }

  @AfterEach
  void close() {
    never.countDown();
    pools.close();
  }

  /// `M` stands for an address of mail that a guard must find, `m` for one where no text stands.
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"model":"m", "user":"m","messages":[{"content":"M","role":"user"},{"role":"assistant",
        "content":[{"type":"text","text":"\\u00e9 M"},{"type":"image_url","image_url":{"url":"m"}}],
        "tool_calls":[{"id":"m","function":{"name":"f","arguments":"{\\"to\\":\\"M\\"}"}}]},
        {"role":"tool","content":"M"}],"metadata":{"a":"m"},"tools":[]}""",
        """
        {"prompt":["M","x M"],"suffix":"M","n":1}""",
        """
        {"input":["M"],"model":"m"}""",
        """
        {"model":"m","system":[{"type":"text","text":"M"}],"messages":[{"role":"user","content":[
        {"type":"tool_result","tool_use_id":"m","content":[{"type":"text","text":"M"}]},
        {"type":"document","source":{"data":"M","type":"text"},"title":"M"},
        {"type":"image","source":{"type":"base64","data":"m"}},
        {"type":"tool_use","id":"m","input":{"deep":[{"x":"M"}]}}]}]}""",
        """
        {"instructions":"M","input":[{"role":"user","content":[{"type":"input_text","text":"M"}]},
        {"type":"function_call","call_id":"m","arguments":"{\\"a\\":\\"M\\"}"},
        {"type":"function_call_output","call_id":"m","output":"M"}]}""",
        """
        {"systemInstruction":{"parts":[{"text":"M"}]},"contents":[{"parts":[{"text":"M"},
        {"functionCall":{"name":"m","args":{"a":"M"}}},{"inlineData":{"data":"m"}},
        {"functionResponse":{"name":"m","response":{"result":"M"}}}]}]}""",
        """
        {"query":"M","documents":["M",{"text":"M"}]}""",
        """
        {"m\\u0065ssages":[{"c\\u006fntent":"M"}]}"""
      })
  void shouldRedactEachTextOfARequestAndKeepEveryOtherByte(String form) {
    String sent = form.replace("M", "ann@example.com").replace("\"m\"", "\"bob@example.com\"");

    Passed passed = (Passed) prompt(call(mail(Action.REDACT)), sent);

    assertThat(passed.changed()).isTrue();
    assertThat(passed.body().toString()).isEqualTo(sent.replace("ann@example.com", "[email]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"id":"m","choices":[{"message":{"content":"M","reasoning_content":"M","tool_calls":[
        {"function":{"arguments":"{\\"a\\":\\"M\\"}"}}]},"finish_reason":"stop"}]}""",
        """
        {"id":"m","content":[{"type":"thinking","thinking":"M"},{"type":"text","text":"M"},
        {"type":"tool_use","id":"m","input":{"a":"M"}}],"stop_reason":"end_turn"}""",
        """
        {"id":"m","output":[{"type":"message","content":[{"type":"output_text","text":"M"}]},
        {"type":"function_call","arguments":"{\\"a\\":\\"M\\"}"}],"instructions":"m"}""",
        """
        {"candidates":[{"content":{"parts":[{"text":"M"},{"functionCall":{"args":{"a":"M"}}}]}}]}""",
        """
        [{"candidates":[{"content":{"parts":[{"text":"M"}]}}]},
        {"candidates":[{"content":{"parts":[{"text":" M"}]},"finishReason":"STOP"}]}]"""
      })
  void shouldRedactEachTextOfAnAnswerAndKeepEveryOtherByte(String form) {
    String said = form.replace("M", "ann@example.com").replace("\"m\"", "\"bob@example.com\"");

    CallGuard call = call(mail(Action.REDACT));
    Passed passed = (Passed) call.answer(Buffer.buffer(said)).toCompletableFuture().join();

    assertThat(passed.body().toString()).isEqualTo(said.replace("ann@example.com", "[email]"));
  }

  @Test
  void shouldFindWhatIsCutBetweenElementsOfAnArray() {
    String said =
        """
        [{"candidates":[{"content":{"parts":[{"text":"to ann@exa"}]}}]},
        {"candidates":[{"content":{"parts":[{"text":"mple.com."}]},"finishReason":"STOP"}]}]""";

    CallGuard call = call(mail(Action.REDACT));
    Passed passed = (Passed) call.answer(Buffer.buffer(said)).toCompletableFuture().join();

    assertThat(passed.body().toString())
        .isEqualTo(said.replace("ann@exa", "[email]").replace("mple.com.", "."));
  }

  @Test
  void shouldTellThePlacesOfTextsApart() {
    String sent =
        """
        {"messages":[{"content":"ann@example.com","role":"tool"},{"role":"user","content":[
        {"content":[{"text":"ann@example.com"}],"type":"search_result"},"x"]},
        {"role":"user","content":"ann@example.com"}]}""";
    for (Place place : List.of(Place.TOOL_RESULTS, Place.RETRIEVED, Place.PROMPT)) {
      CallGuard call =
          call(declared(new GuardRule.Pii(EnumSet.of(Entity.EMAIL), false), Action.FLAG, place));
      prompt(call, sent);
      assertThat(call.verdicts())
          .singleElement()
          .satisfies(one -> assertThat(one.found()).containsEntry("email", 1));
    }
  }

  @Test
  void shouldSayWhereSomethingStoodThatNoGuardCanRead() {
    for (String part :
        List.of(
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}",
            "{\"type\":\"input_image\",\"image_url\":\"data:x\"}",
            "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"data\":\"AAAA\"}}",
            "{\"inlineData\":{\"data\":\"AAAA\"}}")) {
      CallGuard call = call(mail(Action.REDACT));
      prompt(call, "{\"messages\":[{\"content\":[" + part + ",{\"text\":\"hi\"}]}]}");
      assertThat(call.verdicts())
          .singleElement()
          .satisfies(one -> assertThat(one.outcome()).isEqualTo(Verdict.Outcome.NOT_SCANNED));
    }
  }

  @Test
  void shouldRefuseByTheNameOfTheGuardAndKeepTheTextToItself() {
    Refused refused =
        (Refused)
            prompt(call(mail(Action.BLOCK)), "{\"messages\":[{\"content\":\"ann@example.com\"}]}");

    assertThat(String.valueOf(refused.why().getMessage()))
        .isEqualTo("The guard g refuses the prompt: email.");
  }

  @Test
  void shouldKeepAnArgumentJsonWhereANumberGivesWay() {
    String sent =
        "{\"messages\":[{\"tool_calls\":[{\"arguments\":\"{\\\"t\\\":4111111111111111}\"}]}]}";
    GuardRule card = new GuardRule.Pii(EnumSet.of(Entity.CARD), false);

    Passed passed =
        (Passed) prompt(call(declared(card, Action.REDACT, Place.TOOL_ARGUMENTS)), sent);

    assertThat(passed.body().toString()).contains("{\\\"t\\\":\\\"[card]\\\"}");
  }

  @Test
  void shouldFailAsDeclaredWhereAClassifierIsLate() {
    for (boolean closed : List.of(true, false)) {
      GuardDeclaration late =
          new GuardDeclaration(
              "g",
              new GuardRule.Injection("stuck", 0.5),
              Set.of(Place.PROMPT),
              Action.BLOCK,
              closed,
              20);
      GuardedBody said = prompt(call(late), "{\"messages\":[{\"content\":\"hello\"}]}");
      assertThat(said instanceof Refused).isEqualTo(closed);
    }
  }

  @Test
  void shouldJudgeALargeBodyOnAnotherThread() {
    String sent = "{\"messages\":[{\"content\":\"" + "x ".repeat(100_000) + "ann@example.com\"}]}";

    Passed passed = (Passed) prompt(call(mail(Action.REDACT)), sent);

    assertThat(passed.body().toString()).endsWith("x [email]\"}]}");
  }

  private static GuardedBody prompt(CallGuard call, String body) {
    return call.prompt(Buffer.buffer(body), List.of()).toCompletableFuture().join();
  }

  private static GuardDeclaration mail(Action action) {
    return declared(new GuardRule.Pii(EnumSet.of(Entity.EMAIL), false), action, Place.values());
  }

  private static GuardDeclaration declared(GuardRule rule, Action action, Place... places) {
    return new GuardDeclaration("g", rule, Set.of(places), action, true, 1_000);
  }

  private CallGuard call(GuardDeclaration guard) {
    GuardedCall call =
        new GuardedCall(
            UUID.randomUUID(), Principal.system(TenantId.FIRST), "m", null, Runnable::run);
    return new CallGuard(new GuardSet(List.of(guard)), call, pools);
  }
}
