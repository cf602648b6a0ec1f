package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.PriceDetails;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Endpoints beside the chats: what the upstream received and what the caller got, byte for byte.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PassedIT {
  private static final String FORM = "multipart/form-data; boundary=XY";
  private static final String MODEL =
      "--XY\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nup/whisper-1\r\n";
  private static final String FILE_HEAD =
      String.join(
          "\r\n",
          "--XY",
          "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"",
          "Content-Type: audio/wav",
          "",
          "");
  private static final String END = "\r\n--XY--\r\n";

  private House house;
  private int before;
  private CompletableFuture<Buffer> received;
  private CompletableFuture<HttpServerRequest> request;

  @BeforeAll
  void open() {
    house = new House();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
    received = new CompletableFuture<>();
    request = new CompletableFuture<>();
  }

  private CallSettled settled() {
    return house.ledger.awaitSettled(before + 1);
  }

  private void upstream(String path, String contentType, Buffer answer) {
    house.upstream.on(
        path,
        call -> {
          request.complete(call);
          call.body()
              .onSuccess(
                  body -> {
                    received.complete(body);
                    call.response().putHeader("content-type", contentType).end(answer);
                  });
        });
  }

  private String receivedText() throws Exception {
    return received.get(20, TimeUnit.SECONDS).toString(StandardCharsets.ISO_8859_1);
  }

  private HttpResponse<String> post(String path, String body) {
    return house.send(house.request(path).POST(BodyPublishers.ofString(body)));
  }

  @Test
  void shouldPassAModerationWithTheModelSpliced() throws Exception {
    String said = "{\"id\":\"m\" , \"results\":[{\"flagged\":false}]}";
    upstream("/v1/moderations", "application/json", Buffer.buffer(said));

    HttpResponse<String> answer =
        post("/v1/moderations", "{\"x\":1.0e2,\"input\":[\"a\"],\"model\": \"up/omni\"}");

    assertThat(receivedText()).isEqualTo("{\"x\":1.0e2,\"input\":[\"a\"],\"model\": \"omni\"}");
    assertThat(answer.body()).isEqualTo(said);
    assertThat(settled().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(house.ledger.opened().getLast().kind()).isEqualTo(CallOpened.Kind.MODERATION);
  }

  @Test
  void shouldCountARankingInEitherVendorsWords() {
    house.prices.put("up/rank", new Price(1_000_000_000, 0, null));
    upstream(
        "/v1/rerank",
        "application/json",
        Buffer.buffer(
            "{\"results\":[{\"index\":1,\"relevance_score\":0.9}],\"usage\":{\"total_tokens\":40}}"));

    String call = "{\"model\":\"up/rank\",\"query\":\"q\",\"documents\":[\"a\",\"b\"]}";
    assertThat(post("/v1/rerank", call).statusCode()).isEqualTo(200);

    CallSettled jina = settled();
    assertThat(jina.inputTokens()).isEqualTo(40);
    assertThat(jina.estimated()).isFalse();
    assertThat(jina.costNanoUsd()).isEqualTo(40_000);
    upstream(
        "/v1/rerank",
        "application/json",
        Buffer.buffer(
            "{\"results\":[],\"meta\":{\"billed_units\":{\"search_units\":1},"
                + "\"tokens\":{\"input_tokens\":33}}}"));
    assertThat(post("/v2/rerank", call).statusCode()).isEqualTo(200);
    assertThat(house.ledger.awaitSettled(before + 2).inputTokens()).isEqualTo(33);
  }

  @Test
  void shouldHaveNoOtherPathOfTheSecondVersion() {
    assertThat(post("/v2/chat/completions", House.body("plain", false)).statusCode())
        .isEqualTo(404);
  }

  @Test
  void shouldCountAnAnthropicPromptAtItsProviderAndForNothing() throws Exception {
    house.prices.put("claude/c", new Price(3_000_000_000L, 15_000_000_000L, null));
    upstream(
        "/v1/messages/count_tokens", "application/json", Buffer.buffer("{\"input_tokens\":9}"));

    HttpResponse<String> answer =
        post(
            "/v1/messages/count_tokens",
            "{\"model\":\"claude/c\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    assertThat(answer.body()).isEqualTo("{\"input_tokens\":9}");
    assertThat(receivedText()).contains("\"model\":\"c\"");
    assertThat(settled().costNanoUsd()).isZero();
    assertThat(settled().estimated()).isFalse();
  }

  @Test
  void shouldRefuseToInventACountWhereTheProviderHasNone() {
    HttpResponse<String> answer =
        post("/v1/messages/count_tokens", "{\"model\":\"up/plain\",\"messages\":[]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"type\":\"error\"").contains("model");
  }

  @Test
  void shouldNameTheModelOfAGeminiBatchInEveryPlace() throws Exception {
    upstream(
        "/v1beta/models/embed-1:batchEmbedContents",
        "application/json",
        Buffer.buffer("{\"embeddings\":[{\"values\":[0.5]}]}"));
    String call =
        "{\"requests\":[{\"model\":\"models/gemini/embed-1\",\"content\":{\"parts\":[]}},"
            + "{\"model\":\"models/gemini/embed-1\"}]}";

    HttpResponse<String> answer = post("/v1beta/models/gemini%2Fembed-1:batchEmbedContents", call);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(receivedText()).isEqualTo(call.replace("models/gemini/embed-1", "models/embed-1"));
  }

  @Test
  void shouldPassSpeechAsTheBytesItIs() throws Exception {
    byte[] sound = new byte[300_000];
    new Random(1).nextBytes(sound);
    upstream("/v1/audio/speech", "audio/mpeg", Buffer.buffer(sound));

    HttpResponse<byte[]> answer =
        house.client.send(
            house
                .request("/v1/audio/speech")
                .POST(BodyPublishers.ofString("{\"model\":\"up/tts\",\"input\":\"Hi\"}"))
                .build(),
            BodyHandlers.ofByteArray());

    assertThat(answer.body()).isEqualTo(sound);
    assertThat(answer.headers().firstValue("content-type")).contains("audio/mpeg");
    assertThat(receivedText()).isEqualTo("{\"model\":\"tts\",\"input\":\"Hi\"}");
    CallSettled settled = settled();
    assertThat(settled.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(settled.costNanoUsd()).isNull();
    assertThat(settled.inputTokens()).isNull();
  }

  @Test
  void shouldPriceAPictureByTheTokensThatTheVendorCounted() {
    house.prices.put("up/image-1", new Price(1_000_000_000, 2_000_000_000, null));
    upstream(
        "/v1/images/generations",
        "application/json",
        Buffer.buffer(
            "{\"data\":[{\"b64_json\":\"AAAA\"}],\"usage\":{\"total_tokens\":30,"
                + "\"input_tokens\":10,\"output_tokens\":20}}"));

    post("/v1/images/generations", "{\"model\":\"up/image-1\",\"prompt\":\"a cat\"}");

    assertThat(settled().inputTokens()).isEqualTo(10);
    assertThat(settled().outputTokens()).isEqualTo(20);
    assertThat(settled().costNanoUsd()).isEqualTo(10_000 + 40_000);
  }

  private static Price units(Map<String, Long> units) {
    return new Price(0, 0, null, null, new PriceDetails(List.of(), null, null, units));
  }

  private static final String PICTURES =
      "{\"model\":\"up/dall\",\"prompt\":\"a cat\",\"n\":2,\"size\":\"1024x1024\",\"quality\":\"hd\"}";

  @Test
  void shouldPricePicturesBySizeAndQualityAndHoldThemInAHardBudget() {
    house.prices.put(
        "up/dall",
        units(Map.of("image/1024x1024", 40L, "image/1024x1024/hd", 80L, "image/2048x2048", 900L)));
    upstream(
        "/v1/images/generations",
        "application/json",
        Buffer.buffer("{\"data\":[{\"url\":\"a\"},{\"url\":\"b\"}]}"));

    assertThat(within(159, "/v1/images/generations", PICTURES)).contains("budget_spent");
    assertThat(received).as("was not sent").isNotDone();
    assertThat(within(160, "/v1/images/generations", PICTURES)).contains("\"url\"");
    assertThat(house.ledger.awaitSettled(before + 2).costNanoUsd()).isEqualTo(160);
  }

  @Test
  void shouldRefuseUnderAHardBudgetWhatHasNoPriceAsAnyOtherCall() {
    assertThat(within(1_000_000_000, "/v1/images/generations", PICTURES.replace("dall", "free")))
        .contains("model_unpriced");
  }

  @Test
  void shouldPriceSpeechByTheCharacterAndTranscriptsByTheSecond() {
    house.prices.put("up/tts-1", units(Map.of("character", 15_000L)));
    house.prices.put("up/whisper-1", units(Map.of("second", 100_000L)));
    upstream("/v1/audio/speech", "audio/mpeg", Buffer.buffer("sound"));
    post("/v1/audio/speech", "{\"model\":\"up/tts-1\",\"input\":\"Hi 你好😀\"}");
    assertThat(settled().costNanoUsd()).isEqualTo(6 * 15_000);
    upstream(
        "/v1/audio/transcriptions",
        "application/json",
        Buffer.buffer("{\"text\":\"Hi\",\"usage\":{\"type\":\"duration\",\"seconds\":9}}"));
    house.send(
        house
            .request("/v1/audio/transcriptions")
            .header("content-type", FORM)
            .POST(BodyPublishers.ofString(FILE_HEAD + "x\r\n" + MODEL.strip() + END)));
    assertThat(house.ledger.awaitSettled(before + 2).costNanoUsd()).isEqualTo(900_000);
  }

  /// What was held and not used is there for the next call.
  @Test
  void shouldHoldABudgetToWhatAPictureCostAndNotToTheMostThatItMightHave() {
    house.prices.put("up/dall", units(Map.of("image/1024x1024", 40L, "image/1024x1024/hd", 80L)));
    upstream(
        "/v1/images/generations",
        "application/json",
        Buffer.buffer(
            "{\"size\":\"1024x1024\",\"quality\":\"standard\","
                + "\"data\":[{\"url\":\"a\"},{\"url\":\"b\"}]}"));
    budget(250);
    try {
      assertThat(post("/v1/images/generations", PICTURES).body()).contains("\"url\"");
      assertThat(settled().costNanoUsd()).isEqualTo(80);
      assertThat(post("/v1/images/generations", PICTURES).body()).contains("\"url\"");
      assertThat(post("/v1/images/generations", PICTURES).body()).contains("budget_spent");
    } finally {
      house.budgets.declare(List.of());
    }
  }

  @Test
  void shouldCountNothingOfAPictureThatFailed() {
    house.prices.put("up/dall", units(Map.of("image/1024x1024/hd", 80L)));
    house.upstream.on(
        "/v1/images/generations",
        call -> call.response().setStatusCode(400).end("{\"error\":{\"message\":\"No.\"}}"));
    budget(160);
    try {
      assertThat(post("/v1/images/generations", PICTURES).statusCode()).isEqualTo(400);
      assertThat(settled().outcome()).isEqualTo(Outcome.FAILED);
      upstream("/v1/images/generations", "application/json", Buffer.buffer("{\"data\":[{},{}]}"));
      assertThat(post("/v1/images/generations", PICTURES).statusCode()).isEqualTo(200);
    } finally {
      house.budgets.declare(List.of());
    }
  }

  private void budget(long nanoUsd) {
    house.budgets.declare(
        List.of(
            new Limit(
                house.ids.next(),
                TenantId.FIRST,
                "b",
                Limit.Scope.TENANT,
                Limit.Unit.NANO_USD,
                nanoUsd,
                new Window.Calendar(Window.Calendar.Period.MONTH),
                true,
                false)));
  }

  private String within(long nanoUsd, String path, String call) {
    budget(nanoUsd);
    try {
      return post(path, call).body();
    } finally {
      house.budgets.declare(List.of());
    }
  }

  @Test
  void shouldFindTheModelBehindTheFileAndKeepTheBytes() throws Exception {
    byte[] noise = new byte[200_000];
    new Random(2).nextBytes(noise);
    String file = new String(noise, StandardCharsets.ISO_8859_1);
    String body = FILE_HEAD + file + "\r\n" + MODEL.strip() + END;
    upstream(
        "/v1/audio/transcriptions",
        "application/json",
        Buffer.buffer(
            "{\"text\":\"Hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":5,"
                + "\"output_tokens\":1}}"));

    HttpResponse<String> answer =
        house.send(
            house
                .request("/v1/audio/transcriptions")
                .header("content-type", FORM)
                .POST(BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.ISO_8859_1))));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(receivedText()).isEqualTo(body.replace("up/whisper-1", "whisper-1"));
    assertThat(request.get().getHeader("content-type")).isEqualTo(FORM);
    assertThat(request.get().getHeader("content-length"))
        .isEqualTo(Integer.toString(body.length() - 3));
    assertThat(settled().inputTokens()).isEqualTo(5);
    assertThat(house.ledger.opened().getLast().kind()).isEqualTo(CallOpened.Kind.AUDIO);
  }

  @Test
  void shouldSendAFormOnWhileItComes() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    house.upstream.on(
        "/v1/audio/transcriptions",
        call -> {
          StringBuilder came = new StringBuilder();
          call.handler(
              piece -> {
                came.append(piece);
                if (came.indexOf("first half") >= 0) {
                  first.complete(came.toString());
                }
              });
          call.endHandler(v -> call.response().end("{\"text\":\"" + came.length() + "\"}"));
        });
    String head = MODEL + FILE_HEAD + "first half";
    try (Socket socket = form("/v1/audio/transcriptions", head, "transfer-encoding: chunked")) {
      assertThat(first.get(20, TimeUnit.SECONDS))
          .isEqualTo(head.replace("up/whisper-1", "whisper-1"));
      chunk(socket, "second half" + END);
      socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(readUntil(socket, "\"}")).contains("HTTP/1.1 200");
    }
  }

  @Test
  void shouldBreakOffAFormThatNamesASecondModelBehindWhatWasSent() throws Exception {
    CompletableFuture<Boolean> broken = new CompletableFuture<>();
    house.upstream.on(
        "/v1/audio/transcriptions",
        call -> {
          call.handler(piece -> {});
          call.exceptionHandler(e -> broken.complete(true));
          call.endHandler(v -> broken.complete(false));
        });
    try (Socket socket =
        form("/v1/audio/transcriptions", MODEL + FILE_HEAD, "transfer-encoding: chunked")) {
      chunk(socket, "bytes\r\n" + MODEL.replace("whisper-1", "dearer") + END.substring(2));
      assertThat(readUntil(socket, "twice")).contains("HTTP/1.1 400").contains("\"model\"");
    }
    assertThat(broken.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(settled().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void shouldCancelAnUploadWhoseCallerWentAway() throws Exception {
    CompletableFuture<Boolean> broken = new CompletableFuture<>();
    CompletableFuture<Boolean> came = new CompletableFuture<>();
    house.upstream.on(
        "/v1/audio/transcriptions",
        call -> {
          call.handler(piece -> came.complete(true));
          call.exceptionHandler(e -> broken.complete(true));
        });
    try (Socket socket =
        form("/v1/audio/transcriptions", MODEL + FILE_HEAD, "transfer-encoding: chunked")) {
      came.get(20, TimeUnit.SECONDS);
      socket.setSoLinger(true, 0);
    }
    assertThat(broken.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(settled().outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void shouldAnswerARefusedUploadWithoutWaitingForItsEnd() throws Exception {
    house.upstream.on(
        "/v1/images/edits",
        call ->
            call.response()
                .setStatusCode(429)
                .putHeader("retry-after", "7")
                .end("{\"error\":{\"message\":\"slow down\"}}"));
    try (Socket socket =
        form("/v1/images/edits", MODEL + FILE_HEAD, "transfer-encoding: chunked")) {
      String answer = readUntil(socket, "slow down");
      assertThat(answer).contains("HTTP/1.1 429").contains("retry-after: 7");
    }
    assertThat(settled().error()).isEqualTo("upstream_busy");
  }

  @Test
  void shouldSayWhatIsMissingInAForm() {
    HttpResponse<String> answer =
        house.send(
            house
                .request("/v1/audio/transcriptions")
                .header("content-type", FORM)
                .POST(BodyPublishers.ofString(FILE_HEAD + "x" + END)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"param\":\"model\"");
  }

  @Test
  void shouldKeepFilesOfASharedProviderFromTenants() {
    HttpResponse<String> unnamed = house.send(house.request("/v1/files").GET());
    assertThat(unnamed.body()).contains("\"param\":\"provider\"");

    HttpResponse<String> shared =
        house.send(house.request("/v1/files").header("x-gimbal-provider", "up").GET());
    assertThat(shared.statusCode()).isEqualTo(400);
    assertThat(shared.body()).contains("every tenant");
  }

  @Test
  void shouldPassTheFilesOfATenantsOwnProvider() throws Exception {
    ProviderSettings settings =
        new ProviderSettings("mine", URI.create(house.upstream.baseUrl()), "sk-1", true);
    Provider mine = OpenAiModule.create(HttpProviderConfig.DEFAULT, house.vertx).create(settings);
    OwnedProvider.swapIn(house.catalog, TenantId.FIRST, mine);
    upstream("/v1/files", "application/json", Buffer.buffer("{\"id\":\"file-1\"}"));
    String body = FILE_HEAD + "{\"a\":1}" + END;

    HttpResponse<String> kept =
        house.send(
            house
                .request("/v1/files")
                .header("x-gimbal-provider", "mine")
                .header("content-type", FORM)
                .POST(BodyPublishers.ofString(body)));

    assertThat(kept.body()).isEqualTo("{\"id\":\"file-1\"}");
    assertThat(receivedText()).isEqualTo(body);
    assertThat(request.get().getHeader("content-length"))
        .isEqualTo(Integer.toString(body.length()));
    assertThat(settled().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(house.ledger.opened().getLast().model()).isEqualTo("mine/files");
    assertThat(house.ledger.opened().getLast().kind()).isEqualTo(CallOpened.Kind.FILE);
    byte[] content = new byte[] {0, 1, 2, (byte) 200};
    house.upstream.on(
        "/v1/files/file-1/content",
        call ->
            call.response()
                .putHeader("content-type", "application/octet-stream")
                .putHeader("content-disposition", "attachment; filename=\"a.jsonl\"")
                .end(Buffer.buffer(content)));
    HttpResponse<byte[]> read =
        house.client.send(
            house.request("/v1/files/file-1/content?provider=mine").GET().build(),
            BodyHandlers.ofByteArray());
    assertThat(read.body()).isEqualTo(content);
    assertThat(read.headers().firstValue("content-disposition")).isPresent();
    house.upstream.on(
        "/v1/files/file-1",
        call -> call.response().end(call.method() + " " + call.getHeader("content-length")));
    assertThat(house.send(house.request("/v1/files/file-1?provider=mine").DELETE()).body())
        .isEqualTo("DELETE null");
  }

  @Test
  void shouldTakeNoPathOfAFileThatLeadsElsewhere() {
    for (String path : new String[] {"/v1/files/..", "/v1/files/a/b", "/v1/files/%2e%2e/x"}) {
      assertThat(house.send(house.request(path + "?provider=up").GET()).statusCode())
          .as(path)
          .isEqualTo(404);
    }
  }

  private Socket form(String path, String body, String length) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), house.port());
    socket.setSoTimeout(20_000);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + House.KEY
            + "\r\ncontent-type: "
            + FORM
            + "\r\n"
            + length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    chunk(socket, body);
    return socket;
  }

  private static void chunk(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    String size = Integer.toHexString(bytes.length) + "\r\n";
    socket.getOutputStream().write(size.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().write(new byte[] {'\r', '\n'});
    socket.getOutputStream().flush();
  }

  private static String readUntil(Socket socket, String text) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder read = new StringBuilder();
    byte[] bytes = new byte[4_096];
    while (read.indexOf(text) < 0) {
      int count = in.read(bytes);
      if (count < 0) {
        break;
      }
      read.append(new String(Arrays.copyOf(bytes, count), StandardCharsets.ISO_8859_1));
    }
    return read.toString();
  }
}
