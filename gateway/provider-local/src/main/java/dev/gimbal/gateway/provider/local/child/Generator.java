package dev.gimbal.gateway.provider.local.child;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import dev.gimbal.gateway.provider.local.child.GenerationResult.Failure;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.process.SharedChildServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One model in llama.cpp, loaded at its first use. Thread-safe.
///
/// The library keeps the type of its exceptions to itself, so that here, at its edge, every
/// exception of its methods is taken for one.
final class Generator {
  /// A cancel is heard between two batches of a prompt, and other calls get their turn there.
  private static final int BATCH = 512;

  private final Path file;
  private final int context;
  private final int threads;
  private final int parallel;
  private @Nullable Loaded loaded;

  private record Loaded(LlamaModel model, int context, int first, @Nullable Pattern control) {}

  Generator(Path file, int context, int threads, int parallel) {
    this.file = file;
    this.context = context;
    this.threads = threads;
    this.parallel = parallel;
  }

  GenerationResult generate(GenerationRequest request, Answer answer) throws IOException {
    Loaded with;
    try {
      with = loaded();
    } catch (RuntimeException | IOException e) {
      return GenerationResult.failed(Failure.UNLOADABLE, String.valueOf(e.getMessage()), 0, 0);
    }
    String prompt = prompt(with, request);
    int promptTokens = with.model.encode(prompt).length + with.first;
    // The engine stops with an error when the last place is taken.
    int room = with.context - promptTokens - 1;
    if (room < 1) {
      return GenerationResult.failed(
          Failure.CONTEXT_EXCEEDED, "the prompt is too long", promptTokens, with.context);
    }
    int limit = request.maxTokens() == null ? room : Math.min(room, request.maxTokens());
    Writing writing = new Writing(with.model, !request.stop().isEmpty(), limit);
    try {
      writing.write(parameters(request, prompt, limit), answer);
    } catch (RuntimeException e) {
      return GenerationResult.failed(
          Failure.FAILED, String.valueOf(e.getMessage()), promptTokens, with.context);
    }
    return new GenerationResult(
        null, null, writing.full(), promptTokens, writing.tokens(), with.context);
  }

  private synchronized Loaded loaded() throws IOException {
    if (loaded == null) {
      NativeLibrary.load();
      GgufHeader header = GgufHeader.whole(file);
      Integer trained = header.trainedContext();
      int size =
          context > 0
              ? context
              : Math.min(
                  GgufHeader.CONTEXT_AT_MOST_UNASKED,
                  trained == null ? Integer.MAX_VALUE : trained);
      LlamaModel model =
          new LlamaModel(
              new ModelParameters()
                  .setModel(file.toString())
                  .setCtxSize(Math.multiplyExact(size, parallel))
                  .setParallel(parallel)
                  .setThreads(threads)
                  .setBatchSize(BATCH)
                  .disableContextShift()
                  .enableJinja()
                  .disableLog());
      loaded = new Loaded(model, size, header.beginsWithToken() ? 1 : 0, control(header));
    }
    return loaded;
  }

  private static @Nullable Pattern control(GgufHeader header) {
    List<String> tokens = header.controlTokens();
    return tokens.isEmpty()
        ? null
        : Pattern.compile(tokens.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  private static String prompt(Loaded with, GenerationRequest request) {
    List<GenerationRequest.Message> messages = request.messages();
    if (messages == null) {
      return String.valueOf(request.prompt());
    }
    List<GenerationRequest.Message> plain =
        messages.stream()
            .map(m -> new GenerationRequest.Message(m.role(), plain(with.control, m.content())))
            .toList();
    return with.model.applyTemplate(Json.write(Map.of("messages", plain)));
  }

  /// A document that quotes the model's control tokens must not be able to end its message and
  /// begin one of the system's: an invisible space breaks them.
  private static String plain(@Nullable Pattern control, String text) {
    return control == null
        ? text
        : control
            .matcher(text)
            .replaceAll(
                found -> {
                  String token = found.group();
                  int at = token.offsetByCodePoints(0, 1);
                  return Matcher.quoteReplacement(
                      token.substring(0, at) + "\u200b" + token.substring(at));
                });
  }

  private static InferenceParameters parameters(
      GenerationRequest request, String prompt, int limit) {
    InferenceParameters parameters = new InferenceParameters(prompt).setNPredict(limit);
    GenerationRequest.Sampling sampling = request.sampling();
    if (sampling.temperature() != null) {
      parameters.setTemperature(sampling.temperature().floatValue());
    }
    if (sampling.topP() != null) {
      parameters.setTopP(sampling.topP().floatValue());
    }
    if (sampling.minP() != null) {
      parameters.setMinP(sampling.minP().floatValue());
    }
    if (sampling.topK() != null) {
      parameters.setTopK(sampling.topK());
    }
    if (sampling.frequencyPenalty() != null) {
      parameters.setFrequencyPenalty(sampling.frequencyPenalty().floatValue());
    }
    if (sampling.presencePenalty() != null) {
      parameters.setPresencePenalty(sampling.presencePenalty().floatValue());
    }
    if (sampling.seed() != null) {
      // A prompt that is computed in other portions gives slightly other numbers.
      parameters.setSeed(sampling.seed()).setCachePrompt(false);
    }
    if (!request.stop().isEmpty()) {
      parameters.setStopStrings(request.stop().toArray(String[]::new));
    }
    if (request.grammar() != null) {
      parameters.setGrammar(request.grammar());
    }
    return parameters;
  }

  /// One answer being written. The engine hands over a piece a token, but holds back a character
  /// that is not whole; the last token of an answer that ended by itself has no text; behind all
  /// there is a piece that only says that it is over.
  private static final class Writing {
    private final LlamaModel model;
    private final boolean stops;
    private final int limit;
    private int tokens;
    private boolean lastWasSilent;

    Writing(LlamaModel model, boolean stops, int limit) {
      this.model = model;
      this.stops = stops;
      this.limit = limit;
    }

    void write(InferenceParameters parameters, Answer answer) throws IOException {
      LlamaIterator pieces = model.generate(parameters).iterator();
      while (pieces.hasNext()) {
        String text = pieces.next().text;
        if (!pieces.hasNext()) {
          say(text, answer);
          return;
        }
        tokens += tokensOf(text);
        lastWasSilent = text.isEmpty();
        say(text, answer);
        if (answer.cancelled()) {
          pieces.cancel();
          return;
        }
      }
    }

    private static void say(String text, Answer answer) throws IOException {
      if (!text.isEmpty()) {
        answer.part(text.getBytes(UTF_8));
      }
    }

    private int tokensOf(String text) {
      boolean ascii = text.chars().allMatch(c -> c < 128);
      return ascii ? 1 : Math.max(1, model.encode(text).length);
    }

    int tokens() {
      return tokens;
    }

    boolean full() {
      return stops ? tokens >= limit && !lastWasSilent : !lastWasSilent;
    }
  }
}
