package dev.gimbal.gateway.core.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.ScriptedGateway;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.guard.SlowVerdict.Judged;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.text.sensitive.Entity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class NameFinderTest {
  private static final GuardedCall CALL =
      new GuardedCall(
          UUID.randomUUID(), Principal.system(TenantId.FIRST), "m", null, Runnable::run);

  private final List<ChatRequest> asked = new ArrayList<>();
  private final List<Boolean> whileAsked = new ArrayList<>();

  private NameFinder finder(Function<String, String> model) {
    NameFinder[] itself = new NameFinder[1];
    itself[0] =
        new NameFinder(
            () ->
                new ScriptedGateway(
                    (principal, request) -> {
                      asked.add(request);
                      whileAsked.add(itself[0].asksFor(CALL.call()));
                      return model.apply(request.messages().getLast().text());
                    }));
    return itself[0];
  }

  private static SlowVerdict find(NameFinder finder, String text, Entity... entities) {
    EnumSet<Entity> all = EnumSet.of(entities[0], entities);
    return finder.find(
        CALL, new GuardRule.Pii(all, false, "up/names"), text, Duration.ofSeconds(5));
  }

  private static String hidden(String text, SlowVerdict said) {
    StringBuilder left = new StringBuilder(text);
    for (SlowVerdict.Replacement each : ((Judged) said).replacements().reversed()) {
      left.replace(each.start(), each.end(), each.text());
    }
    return left.toString();
  }

  @Test
  void shouldHideEachPlaceWhereWhatTheModelNamedStands() {
    String text = "Zsófi Bánk, says Zsófi. 王小芳住在这里。 Bánkok is no Zsófia; 12 Elm Way, though.";
    SlowVerdict said =
        find(
            finder(
                asked ->
                    """
                    person: Zsófi Bánk
                    - person: Zsófi
                    person: 王小芳
                    person: Bánk
                    address: 12 Elm Way
                    person: Never Mentioned
                    """),
            text,
            Entity.PERSON,
            Entity.ADDRESS);

    assertThat(hidden(text, said))
        .isEqualTo(
            "[person], says [person]. [person]住在这里。 Bánkok is no Zsófia; [address], though.");
    assertThat(((Judged) said).kinds())
        .containsOnly("person", "address")
        .filteredOn("address"::equals)
        .hasSize(1);
  }

  @Test
  void shouldAskInTheCallersNameForItsCallAndKnowItWhileItDoes() {
    NameFinder finder = finder(asked -> "None.");

    assertThat(find(finder, "Nobody here", Entity.PERSON)).isEqualTo(SlowVerdict.PASSED);

    assertThat(asked).singleElement().extracting(ChatRequest::parent).isEqualTo(CALL.call());
    assertThat(asked.getFirst().messages().getFirst().text())
        .contains("name of a person")
        .doesNotContain("address");
    assertThat(whileAsked).containsExactly(true);
    assertThat(finder.asksFor(CALL.call())).isFalse();
  }

  @Test
  void shouldLookOnlyForWhatIsDeclared() {
    SlowVerdict said =
        find(
            finder(asked -> "person: Ann Lee\naddress: Elm Way"),
            "Ann Lee, Elm Way",
            Entity.PERSON);

    assertThat(hidden("Ann Lee, Elm Way", said)).isEqualTo("[person], Elm Way");
  }

  @Test
  void shouldReadALongTextInPiecesAndRefuseOneThatIsTooLong() {
    String text = "word ".repeat(3_000) + "Ann Lee.";
    NameFinder finder = finder(piece -> piece.contains("Ann Lee") ? "person: Ann Lee" : "none");

    assertThat(hidden(text, find(finder, text, Entity.PERSON))).endsWith("word [person].");
    assertThat(asked).hasSize(2);
    assertThat(find(finder, "x".repeat(100_000), Entity.PERSON))
        .isInstanceOf(SlowVerdict.Failed.class);
  }

  @Test
  void shouldFailWhereTheModelDoesNotDoAsItIsAskedOrFails() {
    assertThat(find(finder(asked -> "I cannot help with that."), "Ann", Entity.PERSON))
        .isInstanceOf(SlowVerdict.Failed.class);
    NameFinder broken =
        finder(
            asked -> {
              throw new GatewayException(GatewayError.UPSTREAM_FAILED, "It failed.");
            });
    assertThat(find(broken, "Ann", Entity.PERSON)).isInstanceOf(SlowVerdict.Failed.class);
    assertThat(broken.asksFor(CALL.call())).isFalse();
    assertThat(find(new NameFinder(null), "Ann", Entity.PERSON))
        .isInstanceOf(SlowVerdict.Failed.class);
  }
}
