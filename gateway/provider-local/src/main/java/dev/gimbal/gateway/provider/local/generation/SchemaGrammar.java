package dev.gimbal.gateway.provider.local.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.local.child.GrammarChild;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.process.ChildCommand;
import dev.gimbal.platform.process.ChildPool;
import dev.gimbal.platform.process.ChildPoolConfig;
import dev.gimbal.platform.process.ProcessError;
import dev.gimbal.platform.process.ProcessException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Grammars of JSON schemas, made in a process of their own: the engine aborts on a schema that it
/// does not understand, and must not take running answers with it. Thread-safe; blocks.
final class SchemaGrammar implements AutoCloseable {
  private static final String FIELD = "response_format";
  private static final int SCHEMA_BYTES_AT_MOST = 64 << 10;
  private static final int GRAMMAR_AT_MOST = 256 << 10;

  /// The engine writes repetitions out: memory and time grow with them.
  private static final int REPEATS_AT_MOST = 10_000;

  private static final int KEPT = 64;
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern REPEATS = Pattern.compile("\\{(\\d*),?(\\d*)}");

  private final ChildPool pool =
      ChildPool.create(
          new ChildPoolConfig("grammar", 1, 32, PATIENCE, Duration.ofMinutes(1), 10_000, 4 << 20),
          ChildCommand.java(
              GrammarChild.class, 32, List.of("--enable-native-access=ALL-UNNAMED"), 0));

  private final Map<String, String> kept =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > KEPT;
        }
      };

  /// @throws GatewayException [GatewayError#FIELD_INVALID] if the schema cannot be a grammar,
  ///     [GatewayError#UPSTREAM_BUSY] if too many wait
  String of(JsonNode schema) {
    String text = Json.write(schema);
    synchronized (kept) {
      String known = kept.get(text);
      if (known != null) {
        return known;
      }
    }
    String grammar = make(text);
    synchronized (kept) {
      kept.put(text, grammar);
    }
    return grammar;
  }

  private String make(String schema) {
    byte[] bytes = schema.getBytes(UTF_8);
    if (bytes.length > SCHEMA_BYTES_AT_MOST) {
      throw invalid(
          "the schema has %d bytes, limit %d".formatted(bytes.length, SCHEMA_BYTES_AT_MOST));
    }
    GrammarChild.Answer answer;
    try {
      answer = Json.MAPPER.readValue(pool.call(bytes, DEADLINE), GrammarChild.Answer.class);
    } catch (IOException e) {
      throw new GatewayException(
          GatewayError.UPSTREAM_FAILED, "schemas cannot be read: nonsense came back", null, e);
    } catch (ProcessException e) {
      if (e.error() == ProcessError.CHILD_DIED || e.error() == ProcessError.CHILD_TIMED_OUT) {
        throw invalid(
            "the schema holds what local models cannot be held to: an unknown type, a $ref that"
                + " leads nowhere, a pattern without ^ and $");
      }
      throw new GatewayException(
          GatewayError.UPSTREAM_BUSY, "schemas cannot be read now: " + e.getMessage(), null, e);
    }
    String grammar = answer.grammar();
    if (grammar == null) {
      throw new GatewayException(
          GatewayError.UPSTREAM_FAILED, "schemas cannot be read: " + answer.problem());
    }
    if (grammar.length() > GRAMMAR_AT_MOST || repeats(grammar) > REPEATS_AT_MOST) {
      throw invalid(
          "the schema is too large, or repeats more than %d times".formatted(REPEATS_AT_MOST));
    }
    return grammar;
  }

  private static long repeats(String grammar) {
    long most = 0;
    Matcher found = REPEATS.matcher(grammar);
    while (found.find()) {
      for (int group = 1; group <= 2; group++) {
        String digits = found.group(group);
        long times =
            digits.isEmpty() ? 0 : digits.length() > 9 ? Long.MAX_VALUE : Long.parseLong(digits);
        most = Math.max(most, times);
      }
    }
    return most;
  }

  private static GatewayException invalid(String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, FIELD, message);
  }

  @Override
  public void close() {
    pool.close();
  }
}
