package dev.gimbal.server.e2e;

import static java.util.stream.Collectors.joining;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import java.util.List;

/// A stream of OpenAI's Java client, read to its end.
record StreamedChat(List<ChatCompletionChunk> chunks) {

  /// Makes a call as a stream that ends in its usage.
  static StreamedChat read(OpenAIClient client, ChatCompletionCreateParams.Builder call) {
    ChatCompletionCreateParams withUsage =
        call.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(withUsage)) {
      return new StreamedChat(stream.stream().toList());
    }
  }

  String text() {
    return chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .map(choice -> choice.delta().content().orElse(""))
        .collect(joining());
  }

  /// What the last chunk says; fails where it says nothing.
  CompletionUsage usage() {
    return chunks.getLast().usage().orElseThrow();
  }
}
