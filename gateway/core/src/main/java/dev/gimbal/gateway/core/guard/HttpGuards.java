package dev.gimbal.gateway.core.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.core.wire.NamedServer;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.HttpJudge;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks guards on other servers. Thread-safe.
final class HttpGuards implements HttpJudge, AutoCloseable {
  private static final int LONGEST_ANSWER = 1 << 20;

  private final HttpClient client;
  private final boolean allowPrivate;

  HttpGuards(Vertx vertx, boolean allowPrivate) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(2_000),
            new PoolOptions().setHttp1MaxSize(32).setMaxWaitQueueSize(256));
    this.allowPrivate = allowPrivate;
  }

  @Override
  public SlowVerdict judge(GuardDeclaration guard, Place place, String text, Duration deadline) {
    if (!(guard.rule() instanceof GuardRule.Http rule)) {
      return new SlowVerdict.Failed("it names no server");
    }
    try {
      URI url = URI.create(rule.url());
      Map<String, String> asked = new LinkedHashMap<>();
      asked.put("guard", guard.name());
      asked.put("place", place.id());
      asked.put("text", text);
      Buffer answer =
          send(NamedServer.post(url, allowPrivate, deadline), asked)
              .toCompletionStage()
              .toCompletableFuture()
              .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return read(answer, text.length());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SlowVerdict.Failed("it was interrupted");
    } catch (ExecutionException | TimeoutException | UnknownHostException e) {
      return new SlowVerdict.Failed("its server does not answer");
    } catch (NamedServer.PrivateException e) {
      return new SlowVerdict.Failed("its server " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return new SlowVerdict.Failed(String.valueOf(e.getMessage()));
    }
  }

  private Future<Buffer> send(RequestOptions options, Map<String, String> asked) {
    return client
        .request(options)
        .compose(request -> request.send(Buffer.buffer(Json.bytes(asked))))
        .compose(
            response ->
                response.statusCode() == 200
                    ? bounded(response)
                    : Future.failedFuture("status " + response.statusCode()));
  }

  private static Future<Buffer> bounded(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.handler(
        piece -> {
          body.appendBuffer(piece);
          if (body.length() > LONGEST_ANSWER) {
            response.request().reset();
            whole.tryFail("longer than " + LONGEST_ANSWER);
          }
        });
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(body));
    return whole.future();
  }

  private static SlowVerdict read(Buffer answer, int length) {
    JsonNode said;
    try {
      said = Json.tree(answer.toString());
    } catch (JsonProcessingException e) {
      return new SlowVerdict.Failed("its server's answer is not JSON");
    }
    String verdict = said.path("verdict").asText();
    if (verdict.equals("pass")) {
      return SlowVerdict.PASSED;
    }
    if (!verdict.equals("found")) {
      return new SlowVerdict.Failed("its server's answer has neither verdict");
    }
    List<String> kinds = new ArrayList<>();
    said.path("kinds").forEach(kind -> kinds.add(slug(kind.asText())));
    List<SlowVerdict.Replacement> replacements = new ArrayList<>();
    for (JsonNode change : said.path("replacements")) {
      int start = change.path("start").asInt(-1);
      int end = change.path("end").asInt(-1);
      if (start < 0 || end <= start || end > length) {
        return new SlowVerdict.Failed("its server's answer names no range of the text");
      }
      replacements.add(new SlowVerdict.Replacement(start, end, change.path("text").asText()));
    }
    return new SlowVerdict.Judged(kinds.isEmpty() ? List.of("found") : kinds, replacements);
  }

  /// Another server's words do not go on record as they are.
  private static String slug(String kind) {
    StringBuilder slug = new StringBuilder();
    for (int i = 0; i < Math.min(kind.length(), 40); i++) {
      char c = Character.toLowerCase(kind.charAt(i));
      slug.append((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
    }
    return slug.toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
