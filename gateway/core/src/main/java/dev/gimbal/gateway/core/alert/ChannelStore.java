package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.CredentialReference;
import dev.gimbal.gateway.core.provider.Sealing;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Channels in the database. Thread-safe; blocks.
final class ChannelStore {
  private static final int MOST = 20;
  private static final String COLUMNS =
      """
      SELECT tenant_id, name, declaration::text AS declaration, secret, sealed, version, created,
        updated
      FROM gateway.alert_channel WHERE tenant_id = :tenant
      """;

  private final Sealing sealing;
  private final Clock clock;

  ChannelStore(Sealing sealing, Clock clock) {
    this.sealing = sealing;
    this.clock = clock;
  }

  /// @param secret a reference or the secret itself; null: none
  /// @throws GatewayException [GatewayError#ALERT_CHANNEL_EXISTS]
  Channel add(
      Transaction transaction,
      String name,
      Channel.Declaration declaration,
      @Nullable String secret) {
    transaction
        .handle()
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:lock, 0))")
        .bind("lock", "gateway.alert-channel" + transaction.tenant().value())
        .mapTo(Integer.class)
        .one();
    if (list(transaction).size() >= MOST) {
      throw HttpException.invalid("name", "a tenant has at most " + MOST + " alert channels");
    }
    Instant now = clock.instant();
    Channel.StoredSecret stored = secret(transaction.tenant(), name, secret);
    Channel added = new Channel(transaction.tenant(), name, declaration, stored, 1, now, now);
    int rows =
        write(
            transaction,
            added,
            """
            INSERT INTO gateway.alert_channel
              (tenant_id, name, declaration, secret, sealed, key_id, version, created, updated)
            VALUES (:tenant, :name, CAST(:declaration AS jsonb), :secret, :sealed, :key, :version,
              :now, :now)
            ON CONFLICT DO NOTHING
            """);
    if (rows == 0) {
      throw new GatewayException(
          GatewayError.ALERT_CHANNEL_EXISTS, "There is an alert channel " + name + ".");
    }
    return added;
  }

  /// Replaces a channel that the transaction has locked.
  ///
  /// @param secret null: the one that it has is kept
  Channel replace(
      Transaction transaction,
      Channel before,
      Channel.Declaration declaration,
      @Nullable String secret) {
    boolean keeps = secret == null && declaration.kind().equals(Channel.WEBHOOK);
    Channel next =
        new Channel(
            before.tenant(),
            before.name(),
            declaration,
            keeps ? before.secret() : secret(before.tenant(), before.name(), secret),
            before.version() + 1,
            before.created(),
            clock.instant());
    write(
        transaction,
        next,
        """
        UPDATE gateway.alert_channel SET declaration = CAST(:declaration AS jsonb),
          secret = :secret, sealed = :sealed, key_id = :key, version = :version, updated = :now
        WHERE tenant_id = :tenant AND name = :name
        """);
    return next;
  }

  private int write(Transaction transaction, Channel channel, String statement) {
    Channel.StoredSecret secret = channel.secret();
    byte[] sealed = secret == null ? null : secret.sealed();
    return transaction
        .handle()
        .createUpdate(statement)
        .bind("tenant", transaction.tenant().value())
        .bind("name", channel.name())
        .bind("declaration", Json.write(channel.declaration()))
        .bind("secret", secret == null ? null : secret.reference())
        .bind("sealed", sealed)
        .bind("key", sealed == null ? null : sealing.keyId())
        .bind("version", channel.version())
        .bind("now", Timestamp.from(channel.updated()))
        .execute();
  }

  private Channel.@Nullable StoredSecret secret(
      TenantId tenant, String name, @Nullable String secret) {
    if (secret == null) {
      return null;
    }
    return CredentialReference.is(secret)
        ? new Channel.StoredSecret(secret, null)
        : new Channel.StoredSecret(null, sealing.seal(tenant, about(name), secret));
  }

  /// No provider's credential is sealed for such a name: slugs are never empty.
  private static String about(String name) {
    return "alert-channel//" + name;
  }

  /// The secret itself.
  ///
  /// @throws IllegalArgumentException if its reference leads nowhere
  @Nullable String open(Channel channel) {
    Channel.StoredSecret secret = channel.secret();
    if (secret == null) {
      return null;
    }
    byte[] sealed = secret.sealed();
    return sealed == null
        ? CredentialReference.read(String.valueOf(secret.reference()))
        : sealing.open(channel.tenant(), about(channel.name()), sealed);
  }

  void remove(Transaction transaction, String name) {
    transaction
        .handle()
        .createUpdate(
            "DELETE FROM gateway.alert_channel WHERE tenant_id = :tenant AND name = :name")
        .bind("tenant", transaction.tenant().value())
        .bind("name", name)
        .execute();
  }

  /// Locked until the transaction ends.
  ///
  /// @throws GatewayException [GatewayError#ALERT_CHANNEL_UNKNOWN]
  Channel lock(Transaction transaction, String name) {
    return transaction
        .handle()
        .createQuery(COLUMNS + " AND name = :name FOR UPDATE")
        .bind("tenant", transaction.tenant().value())
        .bind("name", name)
        .map((row, context) -> channel(row))
        .findOne()
        .orElseThrow(
            () ->
                new GatewayException(
                    GatewayError.ALERT_CHANNEL_UNKNOWN, "There is no alert channel " + name + "."));
  }

  /// One channel; also as the owner.
  Optional<Channel> find(Handle handle, TenantId tenant, String name) {
    return handle
        .createQuery(COLUMNS + " AND name = :name")
        .bind("tenant", tenant.value())
        .bind("name", name)
        .map((row, context) -> channel(row))
        .findOne();
  }

  /// A tenant's channels, by name.
  List<Channel> list(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(COLUMNS + " ORDER BY name")
        .bind("tenant", transaction.tenant().value())
        .map((row, context) -> channel(row))
        .list();
  }

  private static Channel channel(ResultSet row) throws SQLException {
    String reference = row.getString("secret");
    byte[] sealed = row.getBytes("sealed");
    return new Channel(
        new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getString("name"),
        Json.read(row.getString("declaration"), Channel.Declaration.class),
        reference == null && sealed == null ? null : new Channel.StoredSecret(reference, sealed),
        row.getLong("version"),
        row.getTimestamp("created").toInstant(),
        row.getTimestamp("updated").toInstant());
  }
}
