package dev.gimbal.platform.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.spi.transport.Transport;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/// What the event loops stand on: Linux's epoll without the JDK's selector between, which costs a
/// tenth less, and NIO elsewhere. Both watched.
final class WatchedTransport {
  private WatchedTransport() {}

  /// @param watches is filled with one a loop, in their order
  static Transport create(List<LoopWatch> watches) {
    return Epoll.isAvailable() ? new OnEpoll(watches) : new OnNio(watches);
  }

  private static final class OnEpoll extends EpollTransport {
    private final List<LoopWatch> watches;

    OnEpoll(List<LoopWatch> watches) {
      this.watches = watches;
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int count, ThreadFactory threads, int ioRatio) {
      return type == IO_EVENT_LOOP_GROUP
          ? WatchedLoops.group(count, threads, ioHandlerFactory(), watches)
          : super.eventLoopGroup(type, count, threads, ioRatio);
    }
  }

  private static final class OnNio extends NioTransport {
    private final List<LoopWatch> watches;

    OnNio(List<LoopWatch> watches) {
      this.watches = watches;
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int count, ThreadFactory threads, int ioRatio) {
      return type == IO_EVENT_LOOP_GROUP
          ? WatchedLoops.group(count, threads, ioHandlerFactory(), watches)
          : super.eventLoopGroup(type, count, threads, ioRatio);
    }
  }
}
