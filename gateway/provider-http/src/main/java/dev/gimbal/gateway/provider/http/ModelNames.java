package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an endpoint lists at `/models`, asked anew from time to time and never waited for.
/// Thread-safe.
final class ModelNames {
  private static final Logger LOG = LoggerFactory.getLogger(ModelNames.class);
  private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
  private static final long NEVER = Long.MIN_VALUE;
  private static final long PATIENCE_MILLIS = 30_000;
  private static final int LARGEST = 4 << 20;

  private final HttpProvider provider;
  private final AtomicLong asked = new AtomicLong(NEVER);
  private volatile List<Model> names = List.of();

  ModelNames(HttpProvider provider) {
    this.provider = provider;
  }

  List<Model> known() {
    long now = System.nanoTime();
    long last = asked.get();
    if ((last == NEVER || now - last > FRESH_NANOS) && asked.compareAndSet(last, now)) {
      ContextInternal context = (ContextInternal) provider.vertx().getOrCreateContext();
      context.runOnContext(
          v -> provider.upstream().address().onSuccess(address -> ask(context, address)));
    }
    return names;
  }

  private void ask(ContextInternal context, InetSocketAddress address) {
    ConnectionPool pool = provider.pool(context.nettyEventLoop());
    Question question = new Question(context);
    Connection kept = pool.idle(address);
    if (kept == null) {
      pool.open(address, question);
    } else {
      question.opened(kept);
    }
  }

  private void read(Buffer body) {
    try {
      names = List.copyOf(provider.wire().models(Json.MAPPER.readTree(body.getBytes())));
    } catch (IOException e) {
      // What is no JSON lists nothing; what was listed before stays, and it is asked again.
      LOG.debug("{} lists no models", provider.name(), e);
    }
  }

  /// One request for the list.
  private final class Question implements ConnectionPool.Wanted, Exchange {
    private final ContextInternal context;
    private final Buffer body = Buffer.buffer();
    private @Nullable Connection connection;
    private long patience;
    private int status;

    Question(ContextInternal context) {
      this.context = context;
    }

    @Override
    public void opened(Connection opened) {
      connection = opened;
      patience = provider.vertx().setTimer(PATIENCE_MILLIS, late -> opened.abandon());
      opened.begin(this);
      try {
        opened.send(out -> provider.head(out, HttpMethod.GET, provider.wire().modelsPath()).end());
      } catch (IllegalArgumentException e) {
        opened.abandon();
        broken(e);
      }
    }

    @Override
    public void unreachable(Throwable cause) {
      broken(cause);
    }

    @Override
    public void run(Runnable told) {
      context.dispatch(told);
    }

    @Override
    public void head(int answered, MultiMap headers) {
      status = answered;
    }

    @Override
    public void data(Buffer bytes) {
      if (body.length() + bytes.length() <= LARGEST) {
        body.appendBuffer(bytes);
      } else {
        Objects.requireNonNull(connection).abandon();
        broken(new IOException("the list is longer than " + LARGEST + " bytes"));
      }
    }

    @Override
    public void told() {}

    @Override
    public void end() {
      provider.vertx().cancelTimer(patience);
      if (status == 200) {
        read(body);
      }
    }

    @Override
    public void broken(Throwable cause) {
      provider.vertx().cancelTimer(patience);
      LOG.debug("{} does not say its models", provider.name(), cause);
    }

    @Override
    public void writable() {}
  }
}
