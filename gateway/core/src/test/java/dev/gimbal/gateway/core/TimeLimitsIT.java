package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.GatewayConfig.Content;
import dev.gimbal.gateway.core.GatewayConfig.SharedProvider;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Routes whose calls may take less than every other call. The gateway's own limits are ten seconds
/// and more, and every message says which limit it was.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimeLimitsIT {
  private final List<Socket> waiting = new ArrayList<>();
  private ServerSocket deaf;
  private House house;

  @BeforeAll
  void open() throws IOException {
    deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    fill();
    SharedProvider connectsNever =
        new SharedProvider(
            "deaf", "openai", URI.create("http://127.0.0.1:" + deaf.getLocalPort()), null);
    house =
        new House(
            new GatewayConfig(
                true, Content.FULL, Bodies.DEFAULT, House.DEADLINES, List.of(connectsNever)));
  }

  /// Nobody accepts: once its queue is full, connecting takes for ever.
  private void fill() throws IOException {
    for (int i = 0; i < 64; i++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.getLocalPort()), 200);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  @AfterAll
  void close() throws IOException {
    for (Socket socket : waiting) {
      socket.close();
    }
    deaf.close();
    house.close();
  }

  private static @Nullable Duration millis(long millis) {
    return millis == 0 ? null : Duration.ofMillis(millis);
  }

  /// A limit of 0 is not declared.
  private void route(long connect, long firstByte, long silence, long whole, String... models) {
    RouteDeclaration route =
        new RouteDeclaration(
            "timed",
            Stream.of(models).map(RouteTarget::of).toList(),
            Policy.ORDERED,
            null,
            null,
            0,
            new TimeLimits(millis(connect), millis(firstByte), millis(silence), millis(whole)));
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("timed", route)));
  }

  private HttpResponse<String> ask(boolean stream) {
    return house.chat(House.body("x", stream).replace("up/x", "timed"));
  }

  @Test
  void shouldGiveATargetUpThatDoesNotConnectInTheRoutesTime() {
    route(150, 4_000, 0, 0, "deaf/m");

    assertThat(ask(false).body()).contains("did not connect in time");

    route(150, 4_000, 0, 0, "deaf/m", "up/plain");
    assertThat(ask(false).body()).contains("Hello from the scenario.");
  }

  @Test
  void shouldAskTheNextTargetWhereOneIsSilentForTheRoutesTime() {
    route(0, 150, 0, 0, "up/mute");

    HttpResponse<String> late = ask(false);

    assertThat(late.statusCode()).isEqualTo(504);
    assertThat(late.body()).contains("within 150 ms");
    route(0, 150, 0, 5_000, "up/mute", "up/plain");
    assertThat(ask(true).body()).contains("token0", "[DONE]");
  }

  @Test
  void shouldEndAStreamWhoseTargetSaysNothingMoreForTheRoutesTime() {
    int before = house.ledger.settlements().size();
    route(0, 0, 150, 0, "up/silent", "up/plain");

    assertThat(ask(true).body())
        .contains("token0", "said nothing for 150 ms")
        .doesNotContain("Hello from");
    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void shouldEndACallThatTakesLongerThanTheRouteLetsItInAll() {
    route(0, 0, 0, 500, "up/slow-100");

    assertThat(ask(true).body())
        .contains("token0", "took longer than it may")
        .doesNotContain("[DONE]");
  }

  @Test
  void shouldLeaveCallsThatNameAModelTheirOwnTime() {
    route(0, 50, 50, 50, "up/plain");

    assertThat(house.chat(House.body("delay-300", false)).statusCode()).isEqualTo(200);
  }
}
