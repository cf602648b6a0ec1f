package dev.gimbal.platform.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.unix.FileDescriptor;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// Event loops with a [LoopWatch] each, which is told of each event of a channel and each task that
/// the loop ran.
final class WatchedLoops {
  private WatchedLoops() {}

  /// @param watches is filled with one a loop, in their order
  static EventLoopGroup group(
      int count, ThreadFactory threads, IoHandlerFactory factory, List<LoopWatch> watches) {
    return new Group(count, threads, factory, watches);
  }

  private static final class Group extends MultiThreadIoEventLoopGroup {
    Group(int count, ThreadFactory threads, IoHandlerFactory factory, List<LoopWatch> watches) {
      super(count, threads, factory, watches);
    }

    /// Called by the constructor above this one, so the list comes as an argument.
    @Override
    @SuppressWarnings("unchecked")
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... given) {
      List<LoopWatch> watches = (List<LoopWatch>) given[0];
      LoopWatch watch = new LoopWatch(watches.size());
      watches.add(watch);
      return new WatchedLoop(this, executor, factory, watch);
    }
  }

  private static final class WatchedLoop extends SingleThreadIoEventLoop {
    private final LoopWatch watch;
    private Class<?> running = WatchedLoop.class;

    WatchedLoop(
        IoEventLoopGroup group, Executor executor, IoHandlerFactory factory, LoopWatch watch) {
      super(group, executor, loop -> new WatchedHandler(factory.newHandler(loop), watch));
      this.watch = watch;
    }

    /// The loop asks for a task when the one before has ended.
    @Override
    protected @Nullable Runnable pollTask() {
      watch.ran(running);
      Runnable next = super.pollTask();
      running = next == null ? WatchedLoop.class : next.getClass();
      return next;
    }
  }

  @SuppressWarnings("try") // the interface allows every exception
  private record WatchedHandler(IoHandler inner, LoopWatch watch) implements IoHandler {
    @Override
    public void initialize() {
      inner.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
      return inner.run(context);
    }

    @Override
    public void prepareToDestroy() {
      inner.prepareToDestroy();
    }

    @Override
    public void destroy() {
      inner.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
      return inner.register(
          switch (handle) {
            case NioIoHandle nio -> new WatchedNio(nio, watch);
            case EpollIoHandle epoll -> new WatchedEpoll(epoll, watch);
            default -> throw new IllegalArgumentException("not to be watched: " + handle);
          });
    }

    @Override
    public void wakeup() {
      inner.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return inner.isCompatible(type);
    }
  }

  /// A handle that tells the watch of each event.
  @SuppressWarnings("try") // the interface allows every exception
  private abstract static class Watched<H extends IoHandle> implements IoHandle {
    final H inner;
    private final LoopWatch watch;

    Watched(H inner, LoopWatch watch) {
      this.inner = inner;
      this.watch = watch;
    }

    @Override
    public final void handle(IoRegistration registration, IoEvent event) {
      inner.handle(registration, event);
      watch.ran(inner.getClass());
    }

    @Override
    public final void registered() {
      inner.registered();
    }

    @Override
    public final void unregistered() {
      inner.unregistered();
    }

    @Override
    public final void close() throws Exception {
      inner.close();
    }
  }

  @SuppressWarnings("try") // the interface allows every exception
  private static final class WatchedNio extends Watched<NioIoHandle> implements NioIoHandle {
    WatchedNio(NioIoHandle inner, LoopWatch watch) {
      super(inner, watch);
    }

    @Override
    public SelectableChannel selectableChannel() {
      return inner.selectableChannel();
    }
  }

  @SuppressWarnings("try") // the interface allows every exception
  private static final class WatchedEpoll extends Watched<EpollIoHandle> implements EpollIoHandle {
    WatchedEpoll(EpollIoHandle inner, LoopWatch watch) {
      super(inner, watch);
    }

    @Override
    public FileDescriptor fd() {
      return inner.fd();
    }
  }
}
