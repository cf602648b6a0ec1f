package dev.gimbal.gateway.provider.http;

import static dev.gimbal.gateway.provider.http.RawUpstream.whole;
import static dev.gimbal.gateway.provider.http.RawUpstream.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Which call gets which connection, and when there is none.
class ConnectionPoolTest {
  private static final Duration KEPT = Duration.ofSeconds(20);
  private static final String BUSY = "upstream_busy: Every connection to the provider is taken.";

  /// An upstream that answers when it is told to.
  private static RawUpstream holding(CountDownLatch go) throws Exception {
    return new RawUpstream(
        (request, socket) -> {
          go.await(10, TimeUnit.SECONDS);
          write(socket, whole("{}"));
        });
  }

  @Test
  void shouldOpenNoMoreThanSoManyAndLetSoManyWait() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream upstream = holding(go);
        Calls calls = new Calls(Calls.config(2, 3, KEPT), upstream.port())) {
      List<Heard> all = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        Heard heard = new Heard();
        calls.start(heard, false);
        all.add(heard);
      }
      assertThat(all.get(5).over()).isEqualTo(BUSY);
      assertThat(all.get(6).over()).isEqualTo(BUSY);
      go.countDown();

      for (Heard heard : all.subList(0, 5)) {
        assertThat(heard.over()).isEqualTo("end");
      }
      assertThat(upstream.connections()).isEqualTo(2);
      assertThat(upstream.ofConnection()).hasSize(5);
    }
  }

  @Test
  void shouldGiveNoConnectionToACallThatWaitsNoLonger() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream upstream = holding(go);
        Calls calls = new Calls(Calls.config(1, 2, KEPT), upstream.port())) {
      Heard first = new Heard();
      Heard gone = new Heard();
      Heard late = new Heard();
      Heard last = new Heard();
      calls.start(first, false);
      upstream.request();
      var waiting = calls.start(gone, false);
      calls.run(waiting::cancel);
      calls.start(late, Duration.ofMillis(50));
      assertThat(late.over())
          .isEqualTo("upstream_timed_out: The provider did not connect in time.");
      calls.start(last, false);
      go.countDown();

      assertThat(last.over()).isEqualTo("end");
      assertThat(first.over()).isEqualTo("end");
      assertThat(upstream.ofConnection()).as("two calls came, of four").containsExactly(1, 1);
      assertThat(gone.ends()).isZero();
    }
  }

  /// A call that waits for this very connection must not hear what came behind another's answer.
  @Test
  void shouldGiveNoConnectionOnWhichMoreCameThanWasAskedFor() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    String mine = whole("{\"mine\":1}");
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) -> {
                  go.await(10, TimeUnit.SECONDS);
                  write(socket, request == 0 ? mine + whole("{\"evil\":1}") : mine);
                });
        Calls calls = new Calls(Calls.config(1, 1, KEPT), upstream.port())) {
      Heard first = new Heard();
      Heard waiting = new Heard();
      calls.start(first, false);
      upstream.request();
      calls.start(waiting, false);
      go.countDown();

      assertThat(first.body()).isEqualTo("{\"mine\":1}");
      assertThat(waiting.body()).isEqualTo("{\"mine\":1}");
      assertThat(upstream.ofConnection()).containsExactly(1, 2);
    }
  }

  @Test
  void shouldOpenAnotherForWhoWaitsWhereOneIsClosed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream upstream =
            new RawUpstream(
                (request, socket) -> {
                  go.await(10, TimeUnit.SECONDS);
                  write(socket, whole("{}", "connection: close"));
                });
        Calls calls = new Calls(Calls.config(1, 5, KEPT), upstream.port())) {
      List<Heard> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Heard heard = new Heard();
        calls.start(heard, false);
        all.add(heard);
      }
      go.countDown();

      for (Heard heard : all) {
        assertThat(heard.over()).isEqualTo("end");
      }
      assertThat(upstream.ofConnection()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void shouldTellEachCallThatNothingListensThere() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (Calls calls = new Calls(Calls.config(1, 5, KEPT), port)) {
      List<Heard> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Heard heard = new Heard();
        calls.start(heard, false);
        all.add(heard);
      }
      for (Heard heard : all) {
        assertThat(heard.over()).isEqualTo("upstream_failed: The provider cannot be reached.");
        assertThat(heard.ends()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldCloseAConnectionThatNobodyUsedForSoLong() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(Calls.config(4, 4, Duration.ofMillis(200)), upstream.port())) {
      calls.call();

      assertThat(upstream.closed()).isEqualTo(1);
      assertThat(calls.call().over()).isEqualTo("end");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  /// A provider that was changed ends no call.
  @Test
  void shouldLetRunningCallsEndWhenTheProviderIsClosed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream upstream = holding(go);
        Calls calls = new Calls(Calls.config(4, 4, KEPT), upstream.port())) {
      Heard running = new Heard();
      calls.start(running, false);
      upstream.request();
      calls.provider().close();
      calls.run(() -> {});
      go.countDown();

      assertThat(running.over()).isEqualTo("end");
      assertThat(upstream.closed()).as("and its connection is not kept").isEqualTo(1);
    }
  }

  @Test
  void shouldCloseIdleConnectionsWithTheProvider() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(whole("{}"));
        Calls calls = new Calls(Calls.config(4, 4, KEPT), upstream.port())) {
      calls.call();
      calls.provider().close();

      assertThat(upstream.closed()).isEqualTo(1);
    }
  }
}
