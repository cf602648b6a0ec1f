package dev.gimbal.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final CachePolicy BOTH =
      new CachePolicy(true, true, Duration.ofMinutes(10), 1 << 20, null, false, false);
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T10:00:00Z"));
  private final Map<String, float[]> vectors = new HashMap<>();
  private final AnswerCache cache =
      new AnswerCache(
          new CacheConfig(1 << 20, 1 << 20, 8 << 10, 64 << 10, Duration.ofSeconds(5)),
          new Clock() {
            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now.get();
            }
          },
          Runnable::run,
          this::embed);

  private CompletionStage<float[]> embed(TenantId tenant, String language, String text) {
    float[] vector = vectors.get(text);
    return vector == null
        ? CompletableFuture.failedFuture(new IllegalStateException("no vector"))
        : CompletableFuture.completedFuture(vector);
  }

  /// A vector at an angle whose cosine to `asked("…", 1)` is the number.
  private String asked(String text, double cosine) {
    vectors.put(text, new float[] {(float) cosine, (float) Math.sqrt(1 - cosine * cosine)});
    return Calls.asking(text);
  }

  private Look look(Question question, CachePolicy policy, Directive directive) {
    return cache.look(question, policy, directive, "call_1").toCompletableFuture().join();
  }

  private Look look(String body) {
    return look(Calls.chat(body), BOTH, Directive.USUAL);
  }

  private void answer(String body, String text) {
    answer(((Look.Leads) look(body)).lead(), text);
  }

  private static void answer(Lead lead, String text) {
    lead.head(200, "application/json");
    lead.piece(Calls.bytes(text));
    lead.finished(new Bill(1L, 2L, 1_000L));
  }

  private static String text(Look look) {
    assertThat(look).isInstanceOf(Look.Hit.class);
    return new String(((Look.Hit) look).answer().bytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void shouldGiveAnEqualCallTheAnswerAgainUntilItIsTooOld() {
    String body = Calls.asking("Hi");
    answer(((Look.Leads) look(body)).lead(), "Hello");
    assertThat(text(look(body))).isEqualTo("Hello");
    now.updateAndGet(at -> at.plus(Duration.ofMinutes(10)));
    assertThat(look(body)).isInstanceOf(Look.Leads.class);
  }

  @Test
  void shouldNotGiveItToAnotherTenantOrScope() {
    String body = Calls.asking("Hi");
    answer(((Look.Leads) look(body)).lead(), "Hello");
    assertThat(look(Calls.chat(Calls.OTHER, "", body), BOTH, Directive.USUAL))
        .isInstanceOf(Look.Leads.class);
    assertThat(look(Calls.chat(TenantId.FIRST, "team-b", body), BOTH, Directive.USUAL))
        .isInstanceOf(Look.Leads.class);
    assertThat(cache.purge(Calls.OTHER, null, null)).isZero();
    assertThat(text(look(body))).isEqualTo("Hello");
  }

  @Test
  void shouldDoAsTheCallerSays() {
    String body = Calls.asking("Hi");
    answer(((Look.Leads) look(body)).lead(), "Hello");
    assertThat(look(Calls.chat(body), BOTH, Directive.NO_STORE))
        .isEqualTo(new Look.Passes(Reason.ASKED));
    assertThat(look(Calls.chat(body), CachePolicy.OFF, Directive.USUAL))
        .isEqualTo(new Look.Passes(Reason.OFF));
    answer(((Look.Leads) look(Calls.chat(body), BOTH, Directive.REFRESH)).lead(), "Anew");
    assertThat(text(look(body))).isEqualTo("Anew");
  }

  @Test
  void shouldLetEqualCallsUnderWayFollow() {
    String body = Calls.asking("Hi");
    Look.Leads leads = (Look.Leads) look(body);
    Look.Follows follows = (Look.Follows) look(body);
    List<String> heard = new ArrayList<>();
    follows.following().start(Runnable::run, new Noting(heard));
    answer(leads.lead(), "Hello");
    assertThat(heard).containsExactly("200", "Hello", "end 1000");
    assertThat(cache.counts(TenantId.FIRST).getFirst())
        .extracting(CacheCounts::misses, CacheCounts::shared, CacheCounts::savedNano)
        .containsExactly(1L, 1L, 1_000L);
  }

  private record Noting(List<String> heard) implements Follower {
    @Override
    public void head(int status, String contentType) {
      heard.add(Integer.toString(status));
    }

    @Override
    public void piece(byte[] bytes) {
      heard.add(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public void end(Bill bill) {
      heard.add("end " + bill.costNano());
    }

    @Override
    public void lead(Lead lead) {
      heard.add("lead");
    }

    @Override
    public void alone() {
      heard.add("alone");
    }

    @Override
    public void failed(String why) {
      heard.add("failed");
    }
  }

  @Test
  void shouldAskTheModelAgainWhenTheFirstAnswerFailed() {
    String body = Calls.asking("Hi");
    ((Look.Leads) look(body)).lead().failed();
    assertThat(look(body)).isInstanceOf(Look.Leads.class);
  }

  @Test
  void shouldNotKeepAnAnswerThatCallsToolsUnlessAsked() {
    String tool =
        "{\"choices\":[{\"finish_reason\":\"tool_calls\",\"message\":{\"tool_calls\":[{\"id\":\"c\"}]}}]}";
    String body = Calls.asking("Do it");
    answer(((Look.Leads) look(body)).lead(), tool);
    assertThat(look(body)).isInstanceOf(Look.Leads.class);
    String empty = "{\"message\":{\"content\":\"say \\\"tool_use\\\"\",\"tool_calls\": [ ]}}";
    answer(((Look.Leads) look(Calls.asking("Other"))).lead(), empty);
    assertThat(text(look(Calls.asking("Other")))).isEqualTo(empty);
    CachePolicy keeping =
        new CachePolicy(true, false, Duration.ofHours(1), 1 << 20, null, false, true);
    Question third = Calls.chat(Calls.asking("Third"));
    answer(((Look.Leads) look(third, keeping, Directive.USUAL)).lead(), tool);
    assertThat(text(look(third, keeping, Directive.USUAL))).isEqualTo(tool);
  }

  @Test
  void shouldGiveUpTheLeastUsedWhenARouteIsFull() {
    CachePolicy small =
        new CachePolicy(true, false, Duration.ofHours(1), 64 << 10, null, false, false);
    String large = "x".repeat(25_000);
    for (String name : List.of("a", "b")) {
      answer(
          ((Look.Leads) look(Calls.chat(Calls.asking(name)), small, Directive.USUAL)).lead(),
          large);
    }
    assertThat(text(look(Calls.chat(Calls.asking("a")), small, Directive.USUAL))).isEqualTo(large);
    answer(
        ((Look.Leads) look(Calls.chat(Calls.asking("c")), small, Directive.USUAL)).lead(), large);
    assertThat(look(Calls.chat(Calls.asking("a")), small, Directive.USUAL))
        .isInstanceOf(Look.Hit.class);
    assertThat(look(Calls.chat(Calls.asking("b")), small, Directive.USUAL))
        .isInstanceOf(Look.Leads.class);
    assertThat(cache.counts(TenantId.FIRST).getFirst().bytes()).isLessThan(64 << 10);
  }

  @Test
  void shouldForgetWhatIsPurged() {
    Look.Leads one = (Look.Leads) look(Calls.asking("one"));
    answer(one.lead(), "1");
    answer(((Look.Leads) look(Calls.asking("two"))).lead(), "2");
    assertThat(cache.purge(TenantId.FIRST, "up/gpt", one.key())).isEqualTo(1);
    assertThat(look(Calls.asking("one"))).isInstanceOf(Look.Leads.class);
    assertThat(cache.purge(TenantId.FIRST, "another", null)).isZero();
    assertThat(cache.purge(TenantId.FIRST, null, null)).isEqualTo(1);
    assertThat(look(Calls.asking("two"))).isInstanceOf(Look.Leads.class);
  }

  @Test
  void shouldAnswerAQuestionThatMeansTheSame() {
    answer(asked("How do I reset my password?", 1), "Click.");
    Look look = look(asked("What is the way to reset a password?", 0.97));
    assertThat(text(look)).isEqualTo("Click.");
    assertThat(look.header()).isEqualTo("semantic");
    assertThat(((Look.Hit) look).similarity())
        .isCloseTo(0.97, org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void shouldNotAnswerByMeaningAcrossTenantsScopesSystemPromptsSettingsOrLanguages() {
    answer(asked("How do I reset my password?", 1), "Click.");
    String same = asked("What is the way to reset a password?", 1);
    assertThat(look(Calls.chat(Calls.OTHER, "", same), BOTH, Directive.USUAL))
        .isInstanceOf(Look.Leads.class);
    assertThat(look(Calls.chat(TenantId.FIRST, "b", same), BOTH, Directive.USUAL))
        .isInstanceOf(Look.Leads.class);
    assertThat(look(Calls.asking("Be a pirate.", "What is the way to reset a password?")))
        .isInstanceOf(Look.Leads.class);
    assertThat(look(same.replace("{\"model\"", "{\"max_tokens\":5,\"model\"")))
        .isInstanceOf(Look.Leads.class);
    assertThat(look(asked("怎么重置密码", 1))).isInstanceOf(Look.Leads.class);
    String history =
        same.replace(
            "{\"role\":\"user\"",
            "{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":\"y\"},{\"role\":\"user\"");
    assertThat(look(history)).isInstanceOf(Look.Leads.class);
  }

  @Test
  void shouldRefuseWhatTheVerifierTellsApartHoweverSimilar() {
    answer(asked("What is the fee for 5 payments?", 1), "One.");
    assertThat(look(asked("What is the fee for 6 payments?", 0.999)))
        .isInstanceOf(Look.Leads.class);
    assertThat(cache.counts(TenantId.FIRST).getFirst().refused()).isEqualTo(1);
  }

  @Test
  void shouldLearnFromWrongMarksAndNotGiveThatAnswerAgain() {
    answer(asked("How do I reset my password?", 1), "Click.");
    double before = cache.counts(TenantId.FIRST).getFirst().threshold();
    Question similar = Calls.chat(asked("What is the way to reset a password?", 0.97));
    assertThat(look(similar, BOTH, Directive.USUAL)).isInstanceOf(Look.Hit.class);
    assertThat(cache.similarHit(Calls.OTHER, "call_1")).isEmpty();
    assertThat(cache.similarHit(TenantId.FIRST, "call_1")).isPresent();
    cache.marked(TenantId.FIRST, "call_1", true);
    assertThat(look(similar, BOTH, Directive.USUAL)).isInstanceOf(Look.Leads.class);
    cache.learn(TenantId.FIRST, "up/gpt", List.of(true));
    assertThat(cache.counts(TenantId.FIRST).getFirst().threshold()).isGreaterThan(before);
  }

  @Test
  void shouldGoOnWithoutMeaningWhenThereIsNoVector() {
    assertThat(look(Calls.asking("unknown to the embedder"))).isInstanceOf(Look.Leads.class);
  }

  @Test
  void shouldKeepTheThresholdWithinItsBounds() {
    Threshold threshold = new Threshold();
    for (int i = 0; i < 10_000; i++) {
      threshold.marked(true);
    }
    assertThat(threshold.value()).isEqualTo(Threshold.CEILING);
    for (int i = 0; i < 10_000; i++) {
      threshold.marked(false);
    }
    assertThat(threshold.value()).isEqualTo(Threshold.FLOOR);
  }
}
