package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import com.openai.models.models.Model;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that know nothing of Gimbal but its address and a key of it.
class StockClientEndToEndIT {
  private static final String EMBEDDER = "local/bge-small-en-v1.5";
  private static final String QUESTION = "How many weeks of parental leave can employees take?";

  @TempDir static Path data;
  private static PackagedServer server;
  private static OpenAIClient client;
  private static String document;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(data, Map.of());
    JsonNode upload =
        server
            .upload(
                "default",
                Map.of(
                    "leave.md", "# Leave\n\nEmployees may take sixteen weeks of parental leave.\n"))
            .body();
    server.ended(upload.path("job").asText());
    document = upload.at("/documents/0/id").asText();
    client = client(server.key());
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.url() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat(String model, String said) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(said);
  }

  @Test
  void shouldAnswerAChatOfTheJavaClient() throws Exception {
    int before = recorded("fake/echo", "chat");

    ChatCompletion answer =
        client.chat().completions().create(chat("fake/echo", "hello from Java").build());

    assertThat(answer.choices().getFirst().message().content().orElseThrow())
        .endsWith("you said: hello from Java");
    assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
    assertThat(recorded("fake/echo", "chat") - before).isOne();
  }

  @Test
  void shouldStreamToTheJavaClientWithItsUsageAtTheEnd() throws Exception {
    int before = recorded("fake/echo", "chat");
    StreamedChat stream = StreamedChat.read(client, chat("fake/echo", "streamed to Java"));

    assertThat(stream.text()).endsWith("you said: streamed to Java");
    assertThat(stream.chunks()).hasSizeGreaterThan(3);
    assertThat(stream.usage().totalTokens()).isPositive();
    JsonNode newest = calls("fake/echo", "chat").getFirst();
    assertThat(recorded("fake/echo", "chat") - before).isOne();
    assertThat(newest.path("stream").asBoolean()).isTrue();
    assertThat(newest.path("outcome").asText()).isEqualTo("succeeded");
  }

  @Test
  void shouldEmbedForTheJavaClientAsNumbersAndPacked() throws Exception {
    int before = recorded(EMBEDDER, "embedding");

    List<Float> plain = embedded(EncodingFormat.FLOAT).embedding();
    String packed = embedded(EncodingFormat.BASE64).embeddingValue().asBase64();

    assertThat(plain).hasSize(384);
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(packed)).order(ByteOrder.LITTLE_ENDIAN);
    List<Float> unpacked = new ArrayList<>();
    while (bytes.hasRemaining()) {
      unpacked.add(bytes.getFloat());
    }
    assertThat(unpacked).isEqualTo(plain);
    assertThat(recorded(EMBEDDER, "embedding") - before).isEqualTo(2);
  }

  private static com.openai.models.embeddings.Embedding embedded(EncodingFormat format) {
    return client
        .embeddings()
        .create(
            EmbeddingCreateParams.builder()
                .model(EMBEDDER)
                .input("a cat")
                .encodingFormat(format)
                .build())
        .data()
        .getFirst();
  }

  @Test
  void shouldListModelsAndApplicationsToTheJavaClient() {
    assertThat(client.models().list().data().stream().map(Model::id))
        .contains("fake/echo", EMBEDDER, "app:default");
  }

  @Test
  void shouldAnswerTheJavaClientFromADocumentWithCitations() throws Exception {
    int before = recorded("app:default", null);

    ChatCompletionMessage answer =
        client
            .chat()
            .completions()
            .create(chat("app:default", QUESTION).build())
            .choices()
            .getFirst()
            .message();

    assertThat(answer.content().orElseThrow()).contains("sixteen weeks");
    List<ChatCompletionMessage.Annotation> annotations = answer.annotations().orElseThrow();
    assertThat(annotations).isNotEmpty();
    assertThat(annotations.getFirst().urlCitation().url())
        .startsWith(server.url() + "/library/")
        .contains(document);
    assertThat(recorded("app:default", null) - before).isOne();
  }

  @Test
  void shouldRaiseTheJavaClientsOwnErrors() {
    NotFoundException unknown =
        catchThrowableOfType(
            NotFoundException.class,
            () -> client.chat().completions().create(chat("nobody/nothing", "hello").build()));
    assertThat(unknown.code()).contains("model_unknown");
    assertThat(unknown.param()).contains("model");
    OpenAIClient stranger = client("gk-wrong");
    assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    stranger.close();
  }

  @Test
  void shouldAnswerAChatOfLangChain4j() throws Exception {
    int before = recorded("fake/echo", "chat");

    ChatResponse answer =
        langChain4j("fake/echo", server.key()).chat(UserMessage.from("hello from LangChain4j"));

    assertThat(answer.aiMessage().text()).endsWith("you said: hello from LangChain4j");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.tokenUsage().totalTokenCount()).isPositive();
    assertThat(recorded("fake/echo", "chat") - before).isOne();
  }

  @Test
  void shouldStreamToLangChain4jWithItsUsageAtTheEnd() throws Exception {
    int before = recorded("fake/echo", "chat");
    List<String> pieces = new CopyOnWriteArrayList<>();
    CompletableFuture<ChatResponse> ended = new CompletableFuture<>();

    OpenAiStreamingChatModel.builder()
        .baseUrl(server.url() + "/v1")
        .apiKey(server.key())
        .modelName("fake/echo")
        .build()
        .chat("streamed to LangChain4j", collecting(pieces, ended));

    ChatResponse answer = ended.get(1, TimeUnit.MINUTES);
    assertThat(pieces).hasSizeGreaterThan(3);
    assertThat(String.join("", pieces)).endsWith("you said: streamed to LangChain4j");
    assertThat(answer.aiMessage().text()).isEqualTo(String.join("", pieces));
    assertThat(answer.tokenUsage().totalTokenCount()).isPositive();
    assertThat(recorded("fake/echo", "chat") - before).isOne();
    assertThat(calls("fake/echo", "chat").getFirst().path("stream").asBoolean()).isTrue();
  }

  private static StreamingChatResponseHandler collecting(
      List<String> pieces, CompletableFuture<ChatResponse> ended) {
    return new StreamingChatResponseHandler() {
      @Override
      public void onPartialResponse(String piece) {
        pieces.add(piece);
      }

      @Override
      public void onCompleteResponse(ChatResponse response) {
        ended.complete(response);
      }

      @Override
      public void onError(Throwable error) {
        ended.completeExceptionally(error);
      }
    };
  }

  @Test
  void shouldEmbedForLangChain4jAsForTheJavaClient() {
    Response<Embedding> embedded =
        OpenAiEmbeddingModel.builder()
            .baseUrl(server.url() + "/v1")
            .apiKey(server.key())
            .modelName(EMBEDDER)
            .maxRetries(0)
            .build()
            .embed("a cat");

    assertThat(embedded.content().vectorAsList())
        .isEqualTo(embedded(EncodingFormat.FLOAT).embedding());
    assertThat(embedded.tokenUsage().inputTokenCount()).isPositive();
  }

  @Test
  void shouldRaiseLangChain4jsOwnErrors() {
    OpenAiChatModel unknown = langChain4j("nobody/nothing", server.key());
    OpenAiChatModel stranger = langChain4j("fake/echo", "gk-wrong");

    assertThatThrownBy(() -> unknown.chat("hello"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("model_unknown");
    assertThatThrownBy(() -> stranger.chat("hello"))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("credential_missing");
  }

  private static OpenAiChatModel langChain4j(String model, String key) {
    return OpenAiChatModel.builder()
        .baseUrl(server.url() + "/v1")
        .apiKey(key)
        .modelName(model)
        .maxRetries(0)
        .build();
  }

  @Test
  void shouldServeTheStockPythonClient() throws Exception {
    int before = recorded(null, null);

    JsonNode seen = PythonClients.run("stock_client.py", server.url(), server.key(), EMBEDDER);

    assertThat(seen.path("chat").asText()).endsWith("you said: hello from Python");
    assertThat(seen.path("finish").asText()).isEqualTo("stop");
    assertThat(seen.path("usage").asInt()).isPositive();
    assertThat(seen.at("/stream/text")).isEqualTo(seen.path("chat"));
    assertThat(seen.at("/stream/usage")).isEqualTo(seen.path("usage"));
    assertThat(seen.at("/stream/pieces").asInt()).isGreaterThan(3);
    assertThat(seen.path("float")).hasSize(384);
    assertSame(seen.path("float"), seen.path("base64"));
    assertThat(seen.path("models").toString()).contains("fake/echo", EMBEDDER, "app:default");
    assertThat(seen.path("model").asText()).isEqualTo("fake/echo");
    assertThat(seen.path("application").asText()).contains("sixteen weeks");
    assertThat(seen.at("/citations/0").asText())
        .startsWith(server.url() + "/library/")
        .contains(document);
    assertThat(seen.at("/unknown/code").asText()).isEqualTo("model_unknown");
    assertThat(seen.at("/unknown/param").asText()).isEqualTo("model");
    assertThat(seen.at("/unknown/request").asText()).isNotBlank();
    assertThat(seen.path("wrong_key").asText()).isEqualTo("credential_missing");
    assertThat(recorded(null, null) - before).isGreaterThanOrEqualTo(5);
  }

  @Test
  void shouldDescribeItsRoutesAsAnOutsideValidatorAccepts() throws Exception {
    JsonNode judged = PythonClients.run("openapi_document.py", server.url());

    assertThat(judged.path("faults")).isEmpty();
    assertThat(judged.path("version").asText()).startsWith("3.1.");
    assertThat(judged.path("paths").asInt()).isGreaterThan(20);
  }

  private static void assertSame(JsonNode numbers, JsonNode unpacked) {
    assertThat(unpacked).hasSameSizeAs(numbers);
    for (int i = 0; i < numbers.size(); i++) {
      assertThat((float) unpacked.get(i).asDouble()).isEqualTo((float) numbers.get(i).asDouble());
    }
  }

  private static int recorded(@Nullable String model, @Nullable String kind) throws Exception {
    return calls(model, kind).size();
  }

  /// Calls on record, newest first; of any model or kind where none is named.
  private static List<JsonNode> calls(@Nullable String model, @Nullable String kind)
      throws Exception {
    List<JsonNode> calls = new ArrayList<>();
    for (JsonNode call : server.get("/api/calls?limit=200").body().path("data")) {
      if ((model == null || call.path("requested").asText().equals(model))
          && (kind == null || call.path("kind").asText().equals(kind))) {
        calls.add(call);
      }
    }
    return calls;
  }
}
