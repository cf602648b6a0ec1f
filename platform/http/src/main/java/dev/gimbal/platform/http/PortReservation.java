package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.FileFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/// The address of a server that does not listen yet, found free before anything dear is started.
/// Until the server listens, connections are refused as if nothing were there. It keeps programs
/// away that do not share addresses; of two servers of ours that start at once, the later to
/// listen fails then. Close it once the server listens.
public final class PortReservation implements AutoCloseable {
  private final SocketChannel bound;
  private final int port;

  private PortReservation(SocketChannel bound, int port) {
    this.bound = bound;
    this.port = port;
  }

  /// Takes the address of a configuration; port 0 becomes a free one.
  ///
  /// @throws HttpException [HttpError#SERVER_FAILED] if it cannot be had; the message names the
  ///     address and says why
  public static PortReservation take(HttpConfig config) {
    InetSocketAddress wanted = new InetSocketAddress(config.host(), config.port());
    if (wanted.isUnresolved()) {
      throw cannot(config, "there is no such host");
    }
    try {
      SocketChannel channel = SocketChannel.open();
      try {
        // Bound without listening: a listener in the way is found all the same, and the server
        // itself may bind beside it.
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(wanted);
        return new PortReservation(
            channel, ((InetSocketAddress) channel.getLocalAddress()).getPort());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw cannot(config, FileFailure.reason(e));
    }
  }

  private static HttpException cannot(HttpConfig config, String why) {
    return new HttpException(
        HttpError.SERVER_FAILED,
        "cannot listen on %s port %d: %s".formatted(config.host(), config.port(), why));
  }

  /// The real port.
  public int port() {
    return port;
  }

  @Override
  public void close() {
    try {
      bound.close();
    } catch (IOException e) {
      throw new HttpException(
          HttpError.SERVER_FAILED, "cannot release port " + port + ": " + e.getMessage());
    }
  }
}
