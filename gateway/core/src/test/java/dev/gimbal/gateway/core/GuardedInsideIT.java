package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.core.guard.FixedGuards;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.sensitive.Entity;
import dev.gimbal.release.api.Application;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Guards and the calls that this gateway makes itself: of a model that finds names, and of
/// applications.
class GuardedInsideIT {
  private final List<String> toNames = new CopyOnWriteArrayList<>();
  private final List<String> toModel = new CopyOnWriteArrayList<>();
  private volatile String names = "person: Zork Blivet";
  private volatile String answer = "Dear Zork Blivet!";
  private House house;
  private FixedGuards mine;

  @BeforeEach
  void open() {
    house = new House();
    mine = house.guards;
    house.upstream.on(
        "/v1/chat/completions",
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      boolean asked = body.toString().contains("\"names\"");
                      (asked ? toNames : toModel).add(body.toString());
                      Map<String, Object> message =
                          Map.of("role", "assistant", "content", asked ? names : answer);
                      request
                          .response()
                          .putHeader("content-type", "application/json")
                          .end(
                              Json.write(
                                  Map.of(
                                      "id", "c", "choices", List.of(Map.of("message", message)))));
                    }));
  }

  @AfterEach
  void close() {
    house.close();
    mine.close();
  }

  private void guard(boolean pseudonyms, boolean closed, Place... places) {
    GuardDeclaration declared =
        new GuardDeclaration(
            "names",
            new GuardRule.Pii(EnumSet.of(Entity.PERSON), pseudonyms, "up/names"),
            Set.of(places),
            Action.REDACT,
            closed,
            10_000);
    house.guards =
        new FixedGuards(
            List.of(declared),
            new SlowJudge(List.of(), (guard, place, text, within) -> SlowVerdict.PASSED),
            house.calls::inside);
  }

  private void deny(Place place, Action action) {
    house.guards =
        House.guarding(
            new GuardDeclaration(
                "deny",
                new GuardRule.Deny(List.of("forbidden word")),
                Set.of(place),
                action,
                true,
                1_000));
  }

  private HttpResponse<String> ask(String said) {
    return house.chat(House.body("other", false).replace("Say hello", said));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeOutWhatAModelFindsAndPutItBackWhereThatIsAsked(boolean pseudonyms) {
    guard(pseudonyms, true, Place.PROMPT);
    answer = pseudonyms ? "Dear <PERSON_1>!" : "Dear customer!";

    HttpResponse<String> said = ask("Write to zork: Zork Blivet of Zork Blivets.");

    String left = pseudonyms ? "<PERSON_1>" : "[person]";
    assertThat(toModel)
        .singleElement()
        .asString()
        .contains("Write to zork: " + left + " of Zork Blivets.");
    assertThat(said.body()).contains(pseudonyms ? "Dear Zork Blivet!" : "Dear customer!");
    assertThat(toNames).as("asked about a caller's text, not about what it asks").hasSize(1);
    house.ledger.awaitSettled(2);
    CallOpened outer = call("up/other");
    CallOpened asked = call("up/names");
    assertThat(asked.parent()).isEqualTo(outer.id());
    assertThat(asked.principal()).isEqualTo(outer.principal());
  }

  private CallOpened call(String model) {
    return house.ledger.opened().stream()
        .filter(opened -> opened.requested().equals(model))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldTakeOutOfAnAnswerWhatAModelFindsThere() {
    guard(false, true, Place.ANSWER);

    assertThat(ask("Who is it?").body()).contains("Dear [person]!").doesNotContain("Zork");
    assertThat(toNames).hasSize(1);
  }

  @Test
  void shouldFailAsDeclaredWhereTheModelDoesNotAnswerAsItIsAsked() {
    names = "Certainly! I would be glad to help.";
    guard(false, true, Place.PROMPT);
    HttpResponse<String> closed = ask("To Zork Blivet");
    guard(false, false, Place.PROMPT);
    HttpResponse<String> open = ask("To Zork Blivet");

    assertThat(closed.statusCode()).isEqualTo(503);
    assertThat(closed.body()).contains("guard_unavailable");
    assertThat(open.statusCode()).isEqualTo(200);
    assertThat(toModel).hasSize(1);
  }

  @Test
  void shouldKnowTheCallsThatAnApplicationMakes() {
    deny(Place.PROMPT, Action.BLOCK);
    house.guarded = call -> "shop".equals(call.app());
    house.applications.put("shop", new Asks("shop"));
    house.applications.put("other", new Asks("other"));

    assertThat(ask("a forbidden word").statusCode()).isEqualTo(200);
    assertThat(app("other").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = app("shop");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("guard_refused");
    assertThat(toModel).hasSize(2);
  }

  /// Also where a text has letters that are more bytes than one, or that JSON escapes.
  @Test
  void shouldTakeWhatAnApplicationFoundForRetrievedAndNothingElseOfItsCall() throws IOException {
    deny(Place.RETRIEVED, Action.REDACT);
    ask("a forbidden word");
    ChatRequest asked =
        new ChatRequest(
            "up/other",
            List.of(
                new ChatRequest.Message(ChatRequest.Role.SYSTEM, "No forbidden word."),
                new ChatRequest.Message(
                    ChatRequest.Role.USER,
                    List.of(
                        new ChatRequest.Text("<<<1>>>\n", false),
                        new ChatRequest.Text("\"é𝄞\": a forbidden word\n", true),
                        new ChatRequest.Text("<<<2>>>\n", false),
                        new ChatRequest.Text("又一个 forbidden word", true),
                        new ChatRequest.Text("", true),
                        new ChatRequest.Text("\nIs \"forbidden word\" said?", false)))),
            null,
            null,
            Duration.ofSeconds(10),
            null);

    house.calls.inside().chat(House.principal(null, Rights.TENANT), asked);

    assertThat(toModel.getFirst()).contains("a forbidden word");
    JsonNode messages = Json.MAPPER.readTree(toModel.getLast()).path("messages");
    assertThat(messages.at("/0/content").asText()).isEqualTo("No forbidden word.");
    assertThat(messages.at("/1/content").asText())
        .isEqualTo(
            "<<<1>>>\n\"é𝄞\": a [removed]\n<<<2>>>\n又一个 [removed]\nIs \"forbidden word\" said?");
  }

  private HttpResponse<String> app(String name) {
    return house.chat(House.body("x", false).replace("up/x", "app:" + name));
  }

  /// Asks a model in the name of its caller.
  private final class Asks implements Application {
    private final String name;

    Asks(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      ChatRequest down =
          new ChatRequest(
              "up/other",
              List.of(new ChatRequest.Message(ChatRequest.Role.USER, "a forbidden word")),
              null,
              null,
              Duration.ofSeconds(10),
              input.call());
      String text = house.calls.inside().chat(Principal.of(caller), down).text();
      return new Answer(text, "generated", List.of(), null, null);
    }
  }
}
