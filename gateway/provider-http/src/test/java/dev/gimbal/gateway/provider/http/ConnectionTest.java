package dev.gimbal.gateway.provider.http;

import static dev.gimbal.gateway.provider.http.RawUpstream.whole;
import static dev.gimbal.gateway.provider.http.RawUpstream.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import io.vertx.core.buffer.Buffer;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What stands on the wire, in both directions, where an upstream does as it should and where not.
class ConnectionTest {
  private static final HttpProviderConfig CONFIG = Calls.config(8, 8, Duration.ofSeconds(20));

  @Test
  void shouldWriteARequestThatSaysAllThatIsNeededAndNothingTwice() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      calls.beta("one two");
      assertThat(calls.call().status()).isEqualTo(200);

      String request = upstream.request();
      assertThat(request)
          .startsWith("POST /v1/calls HTTP/1.1\r\nhost: 127.0.0.1:" + upstream.port() + "\r\n")
          .containsOnlyOnce("\r\naccept: application/json\r\n")
          .containsOnlyOnce("\r\naccept-encoding: deflate, gzip\r\n")
          .containsOnlyOnce("\r\ncontent-type: application/json\r\n")
          .containsOnlyOnce("\r\ncontent-length: 7\r\n")
          .containsOnlyOnce("\r\ntraceparent: 00-")
          .containsOnlyOnce("\r\nx-beta: one two\r\n")
          .endsWith("\r\n\r\n{\"n\":1}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nx-evil: 1", "a\nb", "a\rb", "a\u0000b", "a\u007fb"})
  void shouldSendNothingOfARequestWhoseHeaderWouldEndInTheMiddle(String value) throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      calls.beta(value);
      Heard heard = calls.call();

      assertThat(heard.over()).startsWith("upstream_failed: A request's path or header");
      assertThat(upstream.nothingCame()).isTrue();
      calls.beta("b");
      assertThat(calls.call().over()).isEqualTo("end");
    }
  }

  @Test
  void shouldUseOneConnectionForCallsOneAfterAnother() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      for (int i = 0; i < 5; i++) {
        assertThat(calls.call().body()).isEqualTo("{}");
      }
      assertThat(upstream.ofConnection()).containsExactly(1, 1, 1, 1, 1);
    }
  }

  /// What an upstream says without being asked must not be the answer of the next call.
  @Test
  void shouldNotTakeWhatCameBehindAnAnswerForTheNextAnswer() throws Exception {
    String answer = whole("{\"mine\":1}");
    try (RawUpstream upstream = RawUpstream.saying(answer + whole("{\"evil\":1}"), answer);
        Calls calls = new Calls(CONFIG, upstream.port())) {
      assertThat(calls.call().body()).isEqualTo("{\"mine\":1}");
      assertThat(upstream.closed()).isEqualTo(1);
      assertThat(calls.call().body()).isEqualTo("{\"mine\":1}");
      assertThat(upstream.ofConnection()).containsExactly(1, 2);
    }
  }

  @Test
  void shouldNotTakeWhatCameWhileNobodyAskedForAnAnswer() throws Exception {
    CompletableFuture<Socket> socket = new CompletableFuture<>();
    try (RawUpstream upstream =
            new RawUpstream(
                (request, from) -> {
                  socket.complete(from);
                  write(from, whole("{\"mine\":1}"));
                });
        Calls calls = new Calls(CONFIG, upstream.port())) {
      calls.call();
      write(socket.get(10, TimeUnit.SECONDS), whole("{\"evil\":1}"));

      assertThat(upstream.closed()).isEqualTo(1);
      assertThat(calls.call().body()).isEqualTo("{\"mine\":1}");
    }
  }

  @Test
  void shouldPassOverInformationalAnswers() throws Exception {
    String hints = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    try (RawUpstream upstream =
            RawUpstream.saying("HTTP/1.1 100 Continue\r\n\r\n" + hints + whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = calls.call();

      assertThat(heard.status()).isEqualTo(200);
      assertThat(heard.headers().contains("link")).isFalse();
      assertThat(calls.call().over()).isEqualTo("end");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"connection: close", "keep-alive: timeout=0"})
  void shouldNotUseAConnectionAgainOfWhichTheUpstreamSaidSo(String header) throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(whole("{}", header));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      assertThat(calls.call().body()).isEqualTo("{}");
      assertThat(calls.call().body()).isEqualTo("{}");
      assertThat(upstream.ofConnection()).containsExactly(1, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 12\r\n\r\nno gzip this"
      })
  void shouldSayThatAnAnswerIsNotWhole(String answer) throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) -> {
                  write(socket, answer);
                  socket.close();
                });
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = calls.call();

      assertThat(heard.over()).isEqualTo("upstream_failed: The provider broke the answer off.");
      assertThat(heard.ends()).isEqualTo(1);
    }
  }

  @Test
  void shouldTakeTheEndOfTheConnectionForTheEndWhereNothingElseSaysIt() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) -> {
                  write(socket, "HTTP/1.0 200 OK\r\n\r\nall of it");
                  socket.close();
                });
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = calls.call();

      assertThat(heard.over()).isEqualTo("end");
      assertThat(heard.body()).isEqualTo("all of it");
    }
  }

  @Test
  void shouldTakeAnAnswerOfManyChunksWithATrailer() throws Exception {
    StringBuilder answer =
        new StringBuilder("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    for (int i = 0; i < 1_000; i++) {
      answer.append("5\r\n").append("%05d".formatted(i)).append("\r\n");
    }
    try (RawUpstream upstream = RawUpstream.saying(answer + "0\r\nx-sum: 1\r\n\r\n");
        Calls calls = new Calls(CONFIG, upstream.port())) {
      assertThat(calls.call().body()).hasSize(5_000).startsWith("0000000001").endsWith("00999");
      assertThat(calls.call().body()).hasSize(5_000);
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void shouldReadNoFurtherWhileTheCallerIsSlowAndLoseNothing() throws Exception {
    int large = 32 << 20;
    AtomicInteger written = new AtomicInteger();
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) -> {
                  write(socket, "HTTP/1.1 200 OK\r\ncontent-length: " + large + "\r\n\r\n");
                  String piece = "x".repeat(64 << 10);
                  for (int i = 0; i < large; i += piece.length()) {
                    write(socket, piece);
                    written.addAndGet(piece.length());
                  }
                });
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = new Heard();
      CompletableFuture<UpstreamCall> call = new CompletableFuture<>();
      CompletableFuture<Integer> paused = new CompletableFuture<>();
      heard.atFirst(
          () -> {
            call.join().pause();
            paused.complete(heard.length());
          });
      call.complete(calls.start(heard, false));
      int before = paused.get(10, TimeUnit.SECONDS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));

      assertThat(heard.length()).isEqualTo(before);
      assertThat(written.get()).isLessThan(large);
      calls.run(call.join()::resume);
      assertThat(heard.over()).isEqualTo("end");
      assertThat(heard.length()).isEqualTo(large);
    }
  }

  /// What one look at the connection brought is held as well.
  @Test
  void shouldHoldBackWhatWasReadAlreadyWhenTheCallerPausesInTheMiddle() throws Exception {
    StringBuilder answer =
        new StringBuilder("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    answer.append("5\r\nhello\r\n".repeat(100)).append("0\r\n\r\n");
    try (RawUpstream upstream = RawUpstream.saying(answer.toString());
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = new Heard();
      CompletableFuture<UpstreamCall> call = new CompletableFuture<>();
      CompletableFuture<Void> paused = new CompletableFuture<>();
      heard.atFirst(
          () -> {
            call.join().pause();
            paused.complete(null);
          });
      call.complete(calls.start(heard, false));
      paused.get(10, TimeUnit.SECONDS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));

      assertThat(heard.length()).isEqualTo(5);
      calls.run(call.join()::resume);
      assertThat(heard.body()).isEqualTo("hello".repeat(100));
      assertThat(calls.call().over()).isEqualTo("end");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  /// An answer that broke off while nobody listened is told when somebody does: first its bytes.
  @Test
  void shouldTellOfABrokenAnswerBehindItsLastBytesWhenTheCallerGoesOn() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) -> {
                  write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab");
                  go.await(10, TimeUnit.SECONDS);
                  write(socket, "cd");
                  socket.close();
                });
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = new Heard();
      var call = calls.start(heard, false);
      heard.headers();
      calls.run(call::pause);
      go.countDown();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      assertThat(heard.isOver()).isFalse();
      calls.run(call::resume);

      assertThat(heard.over()).startsWith("upstream_failed");
      assertThat(heard.body()).isEqualTo("abcd");
    }
  }

  @Test
  void shouldCloseTheConnectionOfACallThatIsGivenUp() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) ->
                    write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = new Heard();
      var call = calls.start(heard, false);
      heard.headers();
      calls.run(call::cancel);

      assertThat(upstream.closed()).isEqualTo(1);
      assertThat(heard.ends()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 12})
  void shouldSendABodyOnWhileItComes(long length) throws Exception {
    Rest rest = new Rest();
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      Heard heard = new Heard();
      calls.pass(heard, length, rest);
      rest.started.get(10, TimeUnit.SECONDS);
      for (String piece : new String[] {"ab", "", "cde"}) {
        calls.run(() -> rest.piece(piece));
      }
      calls.run(rest::end);

      assertThat(heard.over()).isEqualTo("end");
      assertThat(upstream.request())
          .startsWith("POST /v1/calls/tail HTTP/1.1\r\n")
          .contains(
              length < 0 ? "\r\ntransfer-encoding: chunked\r\n" : "\r\ncontent-length: 12\r\n")
          .contains("\r\ncontent-type: text/plain\r\n", "\r\naccept: */*\r\n")
          .endsWith("\r\n\r\n{\"n\":1}abcde");
      assertThat(calls.call().over()).isEqualTo("end");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void shouldStopABodyWhileTheUpstreamTakesNothing() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Rest rest = new Rest();
    int large = 32 << 20;
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      upstream.holdBodiesUntil(go);
      Heard heard = new Heard();
      calls.pass(heard, 7 + (long) large, rest);
      rest.started.get(10, TimeUnit.SECONDS);
      String piece = "x".repeat(1 << 20);
      int sent = 0;
      while (!rest.paused && sent < large) {
        calls.run(() -> rest.piece(piece));
        sent += piece.length();
      }
      assertThat(sent).as("it was told to stop").isLessThan(large);
      go.countDown();
      rest.resumed.get(10, TimeUnit.SECONDS);
      for (; sent < large; sent += piece.length()) {
        calls.run(() -> rest.piece(piece));
      }
      calls.run(rest::end);

      assertThat(heard.over()).isEqualTo("end");
    }
  }

  /// Whoever answers before the whole request came reads no more of it.
  @Test
  void shouldNotUseAConnectionAgainOnWhichARequestWasNotWhole() throws Exception {
    Rest rest = new Rest();
    try (RawUpstream upstream =
            RawUpstream.saying("HTTP/1.1 413 No\r\ncontent-length: 0\r\n\r\n", whole("{}"));
        Calls calls = new Calls(CONFIG, upstream.port())) {
      upstream.answerHeads();
      Heard heard = new Heard();
      calls.pass(heard, 100, rest);

      assertThat(heard.over()).isEqualTo("end");
      assertThat(heard.status()).isEqualTo(413);
      assertThat(upstream.closed()).isEqualTo(1);
      calls.run(() -> rest.piece("late"));
      assertThat(calls.call().status()).isEqualTo(200);
      assertThat(upstream.ofConnection()).containsExactly(1, 2);
    }
  }

  /// A body that comes when the test says so.
  private static final class Rest implements BodyStream {
    final CompletableFuture<Void> started = new CompletableFuture<>();
    final CompletableFuture<Void> resumed = new CompletableFuture<>();
    private @Nullable Sink sink;
    volatile boolean paused;

    @Override
    public void start(Sink to) {
      sink = to;
      started.complete(null);
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      if (paused) {
        resumed.complete(null);
      }
    }

    void piece(String text) {
      Objects.requireNonNull(sink).piece(Buffer.buffer(text));
    }

    void end() {
      Objects.requireNonNull(sink).end();
    }
  }
}
