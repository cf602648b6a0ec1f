package dev.gimbal.platform.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wakes those who follow the change log: on a notification, and each second without one. One
/// thread and one connection for all, from the first listener on.
final class ChangeListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeListener.class);
  private static final int POLL_MILLIS = 1000;

  private final DataSource source;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  private @Nullable Thread thread;

  /// @param source of a connection beside the pool
  ChangeListener(DataSource source) {
    this.source = source;
  }

  /// An object of its own a registration, so that each is closed for itself.
  private static final class Listener {
    private final Runnable wake;

    private Listener(Runnable wake) {
      this.wake = wake;
    }
  }

  synchronized AutoCloseable add(Runnable wake) {
    Listener listener = new Listener(wake);
    listeners.add(listener);
    if (thread == null && !closed) {
      thread = Thread.ofVirtual().name("database-changes").start(this::listen);
    }
    return () -> listeners.remove(listener);
  }

  private void listen() {
    while (!closed) {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + ChangeLog.CHANNEL);
        PGConnection notifying = connection.unwrap(PGConnection.class);
        while (!closed) {
          wakeAll();
          notifying.getNotifications(POLL_MILLIS);
        }
      } catch (SQLException e) {
        if (!closed) {
          LOG.warn("cannot listen for changes, polling instead: {}", e.getMessage());
          wakeAll();
          pause();
        }
      }
    }
  }

  private void wakeAll() {
    for (Listener listener : listeners) {
      try {
        listener.wake.run();
      } catch (RuntimeException e) {
        LOG.warn("a follower of the change log failed", e);
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
