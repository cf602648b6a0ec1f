package dev.gimbal.gateway.conformance.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.wire.SentEvent;
import dev.gimbal.gateway.conformance.wire.Tree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a caller got.
///
/// @param status 0: no answer
/// @param headers names in lower case; of a repeated one the last
/// @param body without the framing of chunks
/// @param whole whether the answer ended as its framing says
/// @param silent whether the caller gave up waiting
public record Got(
    int status, Map<String, String> headers, byte[] body, boolean whole, boolean silent) {

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  public boolean succeeded() {
    return status >= 200 && status < 300;
  }

  public boolean isStream() {
    return header("content-type").orElse("").toLowerCase(Locale.ROOT).contains("event-stream");
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public JsonNode json() {
    return Tree.read(body);
  }

  public List<SentEvent> events() {
    return SentEvent.split(body);
  }

  /// In a line: what a reader needs to understand a verdict.
  public String seen() {
    String shown = text().replaceAll("\\s+", " ").strip();
    String end = silent ? ", then silence" : whole ? "" : ", broken off";
    int most = 220;
    boolean long_ = shown.length() > most;
    String cut =
        long_ ? shown.substring(0, 80) + " … " + shown.substring(shown.length() - 130) : shown;
    return status == 0 ? "no answer" + end : status + " " + cut + end;
  }
}
