import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.api.OpenAiApi;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

/// Spring AI's own client: whole answers, streams, tools that it calls itself, embeddings, errors.
public final class SpringClients {
  private static final AtomicInteger TOLD = new AtomicInteger();

  private final OpenAiApi api;

  private SpringClients(String url, String key) {
    api = OpenAiApi.builder().baseUrl(url).apiKey(key).build();
  }

  public record Zone(String zone) {}

  private static String time(Zone zone) {
    TOLD.incrementAndGet();
    return zone.zone() + ": nine";
  }

  private OpenAiChatModel model(String name, ToolCallback... tools) {
    return OpenAiChatModel.builder()
        .openAiApi(api)
        .defaultOptions(
            OpenAiChatOptions.builder()
                .model(name)
                .streamUsage(true)
                .toolCallbacks(List.of(tools))
                .build())
        .build();
  }

  private static Map<String, Object> asked(OpenAiChatModel model, String said) {
    Map<String, Object> seen = new LinkedHashMap<>();
    ChatResponse answer = model.call(new Prompt(said));
    seen.put("text", answer.getResult().getOutput().getText());
    seen.put("finish", answer.getResult().getMetadata().getFinishReason());
    seen.put("output", answer.getMetadata().getUsage().getCompletionTokens());
    List<ChatResponse> pieces = model.stream(new Prompt(said)).collectList().block();
    StringBuilder whole = new StringBuilder();
    int output = 0;
    for (ChatResponse piece : pieces) {
      if (piece.getResult() != null && piece.getResult().getOutput().getText() != null) {
        whole.append(piece.getResult().getOutput().getText());
      }
      Integer counted = piece.getMetadata().getUsage().getCompletionTokens();
      output = counted == null || counted == 0 ? output : counted;
    }
    seen.put("stream", whole.toString());
    seen.put("pieces", pieces.size());
    seen.put("stream_output", output);
    return seen;
  }

  private int vectors() {
    OpenAiEmbeddingModel model =
        new OpenAiEmbeddingModel(
            api,
            MetadataMode.EMBED,
            OpenAiEmbeddingOptions.builder().model("fake/embedding").build());
    return model.embed(List.of("one", "two")).size();
  }

  private String unknown() {
    try {
      return model("nobody/nothing").call(new Prompt("hello")).toString();
    } catch (NonTransientAiException e) {
      return e.getMessage();
    }
  }

  public static void main(String[] arguments) throws Exception {
    SpringClients clients = new SpringClients(arguments[0], arguments[1]);
    ToolCallback clock =
        FunctionToolCallback.builder("clock", SpringClients::time)
            .description("The time in a zone.")
            .inputType(Zone.class)
            .build();
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("chat", asked(clients.model("fake/echo"), "hello from Spring AI"));
    seen.put("tools", asked(clients.model("tooled/m", clock), "What time is it in Lyon?"));
    seen.put("told", TOLD.get());
    seen.put("vectors", clients.vectors());
    seen.put("unknown", clients.unknown());
    System.out.println(new ObjectMapper().writeValueAsString(seen));
    System.exit(0);
  }
}
