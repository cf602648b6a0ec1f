package dev.gimbal.platform.database.embedded;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the embedded server runs with, written whole at each start.
final class Settings {
  private Settings() {}

  /// Only those of our login, only with the password, only from this machine.
  static final String ACCESS =
      """
      host all all 127.0.0.1/32 scram-sha-256
      """;

  /// These lose what was acknowledged when they are off. Read back after each start.
  static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

  /// The text of `postgresql.conf`, the same in every process: a server that runs with another
  /// one is not adopted.
  static String text(boolean disposable) {
    Map<String, String> settings = new TreeMap<>();
    String durable = disposable ? "off" : "on";
    DURABLE.keySet().forEach(name -> settings.put(name, durable));
    settings.putAll(reach(disposable));
    settings.putAll(memory());
    settings.putAll(processes());
    settings.putAll(journal(disposable));
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + " = '" + setting.getValue() + "'\n")
        .collect(Collectors.joining());
  }

  private static Map<String, String> reach(boolean disposable) {
    return Map.of(
        "listen_addresses", "127.0.0.1",
        "unix_socket_directories", "",
        "max_connections", disposable ? "300" : "60",
        "password_encryption", "scram-sha-256",
        // A backend whose client was killed ends its statement instead of finishing it.
        "client_connection_check_interval", "2s");
  }

  private static Map<String, String> memory() {
    return Map.of(
        "shared_buffers", "64MB",
        "work_mem", "8MB",
        "maintenance_work_mem", "64MB",
        "wal_buffers", "2MB",
        "huge_pages", "off",
        "jit", "off",
        // The small /dev/shm of a container would make parallel queries fail.
        "max_parallel_workers_per_gather", "0",
        "max_parallel_maintenance_workers", "0");
  }

  /// No helper process that a single node has no use for.
  private static Map<String, String> processes() {
    return Map.of(
        "io_method", "sync",
        "max_worker_processes", "2",
        "max_logical_replication_workers", "0",
        "autovacuum_max_workers", "2",
        "autovacuum_worker_slots", "2");
  }

  private static Map<String, String> journal(boolean disposable) {
    return Map.of(
        "wal_level", "minimal",
        "max_wal_senders", "0",
        "max_wal_size", disposable ? "256MB" : "1GB",
        "min_wal_size", disposable ? "32MB" : "80MB",
        "checkpoint_timeout", "10min",
        "random_page_cost", "1.1",
        "log_checkpoints", "off",
        "log_min_messages", "warning",
        "timezone", "UTC",
        "log_timezone", "UTC");
  }
}
