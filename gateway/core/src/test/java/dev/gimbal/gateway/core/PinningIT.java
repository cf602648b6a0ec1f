package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.provider.anthropic.AnthropicModule;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderFactory;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What only the credential that made it can use goes back to it, and to nobody else.
class PinningIT {
  private static final TenantId OTHER = new TenantId(new UUID(9, 9));
  private static final String SIGNED = "EqQBCkYIBxgCKkDsignedByTheCredential/abc==";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private House house;
  private volatile String failing = "none";

  @BeforeEach
  void open() {
    house = new House();
    house.keys.put(
        "gmb_other",
        new Principal(
            OTHER, Principal.Kind.SERVICE, UUID.randomUUID(), "o", "dev", Rights.TENANT, null));
    Map<String, Map<String, Provider>> providers =
        Map.of(
            "vendor", credentials(responses(), "vendor", "one", "two", "three"),
            "spare", credentials(responses(), "spare", "sole"),
            "keeper", credentials(openAi(), "keeper", "first", "second"),
            "thinker", credentials(anthropic(), "thinker", "left", "right"));
    OwnedProvider.swapIn(house.catalog, Map.of(TenantId.FIRST, providers, OTHER, others()));
    RouteDeclaration pair =
        RouteDeclaration.of(
            "pair", Policy.ORDERED, List.of(RouteTarget.of("spare/m"), RouteTarget.of("vendor/m")));
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("pair", pair)));
    house.upstream.on("/v1/own/responses", request -> request.body().onSuccess(b -> made(request)));
    house.upstream.on("/v1/own/chat/completions", r -> r.body().onSuccess(b -> file(r)));
    house.upstream.on("/v1/own/files", request -> request.body().onSuccess(b -> file(request)));
    house.upstream.on(
        "/v1/own/v1/messages", request -> request.body().onSuccess(b -> said(request)));
  }

  private Map<String, Map<String, Provider>> others() {
    return Map.of("vendor", credentials(responses(), "vendor", "one", "two", "three"));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private ProviderFactory responses() {
    return OpenAiModule.presets(HttpProviderConfig.DEFAULT, house.vertx).stream()
        .filter(preset -> preset.dialect().equals("openai-responses"))
        .findFirst()
        .orElseThrow();
  }

  private ProviderFactory openAi() {
    return OpenAiModule.create(HttpProviderConfig.DEFAULT, house.vertx);
  }

  private ProviderFactory anthropic() {
    return AnthropicModule.create(HttpProviderConfig.DEFAULT, house.vertx);
  }

  private Map<String, Provider> credentials(ProviderFactory by, String name, String... keys) {
    URI url = URI.create(house.upstream.baseUrl() + "/own");
    Map<String, Provider> made = new LinkedHashMap<>();
    for (String key : keys) {
      made.put(key, by.create(new ProviderSettings(name, url, key, true)));
    }
    return made;
  }

  private boolean fails(HttpServerRequest request) {
    String key = request.getHeader("x-api-key");
    String bearer = String.valueOf(request.getHeader("authorization")).replace("Bearer ", "");
    String credential = key == null ? bearer : key;
    asked.add(credential);
    if (credential.equals(failing)) {
      request.response().setStatusCode(500).end("{\"error\":{\"message\":\"out of order\"}}");
      return true;
    }
    return false;
  }

  private void made(HttpServerRequest request) {
    if (!fails(request)) {
      String id = "resp_" + asked.getLast() + "_000" + asked.size();
      request
          .response()
          .putHeader("content-type", "application/json")
          .end(
              "{\"id\":\""
                  + id
                  + "\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
                  + "\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"total_tokens\":5}}");
    }
  }

  private void file(HttpServerRequest request) {
    if (!fails(request)) {
      request
          .response()
          .putHeader("content-type", "application/json")
          .end("{\"id\":\"file-0123456789\",\"object\":\"file\"}");
    }
  }

  private void said(HttpServerRequest request) {
    if (!fails(request)) {
      Buffer events = Buffer.buffer();
      for (String data :
          List.of(
              "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                  + "\"role\":\"assistant\",\"content\":[],\"model\":\"m\","
                  + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}",
              "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                  + "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}",
              "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                  + "{\"type\":\"signature_delta\",\"signature\":\""
                  + SIGNED
                  + "\"}}",
              "{\"type\":\"content_block_stop\",\"index\":0}",
              "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                  + "\"usage\":{\"output_tokens\":5}}",
              "{\"type\":\"message_stop\"}")) {
        String type = data.substring(9, data.indexOf('"', 9));
        events.appendString("event: " + type + "\ndata: " + data + "\n\n");
      }
      request.response().putHeader("content-type", "text/event-stream").end(events);
    }
  }

  private HttpResponse<String> respond(String key, String model, String more) {
    String body = "{\"model\":\"" + model + "\",\"input\":\"a\"" + more + "}";
    return house.send(
        house
            .request("/v1/responses")
            .setHeader("authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(body)));
  }

  private String stored() {
    HttpResponse<String> made = respond(House.KEY, "vendor/m", "");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    String body = made.body();
    int from = body.indexOf("resp_");
    return body.substring(from, body.indexOf('"', from));
  }

  private static String after(String id) {
    return ",\"previous_response_id\":\"" + id + "\"";
  }

  @Test
  void shouldGoBackToTheCredentialThatMadeAStoredResponse() {
    String id = stored();
    String maker = asked.getLast();

    for (int i = 0; i < 4; i++) {
      assertThat(respond(House.KEY, "vendor/m", after(id)).statusCode()).isEqualTo(200);
      assertThat(asked.getLast()).isEqualTo(maker);
    }
    assertThat(respond(House.KEY, "pair", after(id)).statusCode()).isEqualTo(200);
    assertThat(asked.getLast()).as("past the first target of the route").isEqualTo(maker);
    respond(House.KEY, "vendor/m", after("resp_of_nobody_we_know"));
    assertThat(asked.getLast()).as("unknown: the least used").isNotEqualTo(maker);
  }

  @Test
  void shouldSaySoAndAskNobodyElseWhenThatCredentialFails() {
    String id = stored();
    String maker = asked.getLast();
    failing = maker;
    asked.clear();

    HttpResponse<String> answer = respond(House.KEY, "pair", after(id));

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body())
        .contains("No other credential is asked")
        .contains("previous_response_id");
    assertThat(asked).isNotEmpty().containsOnly(maker);
  }

  @Test
  void shouldNotKnowWhatAnotherTenantMade() {
    String id = stored();
    String maker = asked.getLast();

    respond("gmb_other", "vendor/m", "");
    HttpResponse<String> answer = respond("gmb_other", "vendor/m", after(id));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(asked.getLast()).as("its least used one").isNotEqualTo(maker);
  }

  @Test
  void shouldGoBackWithASignedThoughtOfAStream() {
    String call =
        "{\"model\":\"thinker/m\",\"max_tokens\":9,\"stream\":true,\"messages\":["
            + "{\"role\":\"user\",\"content\":\"a\"}";
    String thought =
        ",{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\","
            + "\"signature\":\""
            + SIGNED
            + "\"}]},{\"role\":\"user\",\"content\":\"b\"}";
    assertThat(message(call + "]}").body()).contains(SIGNED).contains("message_stop");
    String maker = asked.getLast();

    for (int i = 0; i < 3; i++) {
      assertThat(message(call + thought + "]}").statusCode()).isEqualTo(200);
      assertThat(asked.getLast()).isEqualTo(maker);
    }
    message(call + "]}");
    assertThat(asked.getLast()).isNotEqualTo(maker);
  }

  private HttpResponse<String> message(String body) {
    return house.send(house.request("/v1/messages").POST(BodyPublishers.ofString(body)));
  }

  @Test
  void shouldGoBackToTheCredentialThatKeepsAFile() {
    house.send(
        house
            .request("/v1/files")
            .header("x-gimbal-provider", "keeper")
            .header("content-type", "multipart/form-data; boundary=b")
            .POST(BodyPublishers.ofString("--b--\r\n")));
    assertThat(asked).containsExactly("first");
    String call =
        "{\"model\":\"keeper/m\",\"messages\":[{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"file\",\"file\":{\"file_id\":\"file-0123456789\"}}]}]}";

    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = house.chat(call);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(asked.getLast()).isEqualTo("first");
    }
    house.chat(call.replace("file-0123456789", "file-of-nobody"));
    assertThat(asked.getLast()).isEqualTo("second");
  }
}
