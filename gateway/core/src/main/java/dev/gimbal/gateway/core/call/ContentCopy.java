package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.GatewayConfig.Content;
import dev.gimbal.gateway.core.wire.BufferBytes;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.ContentRecord.Direction;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Keeps what went one way of a call, as far as the policy lets it. For one thread at a time.
final class ContentCopy {
  private static final int MOST = 1 << 20;
  private static final Buffer NOTHING = Buffer.buffer(0);

  /// Never used but to be cloned: to look the algorithm up for each call takes longer than to hash.
  private static final MessageDigest SHA_256 = sha256();

  private final Content policy;
  private final Buffer kept;
  private final @Nullable MessageDigest digest;
  private long bytes;

  ContentCopy(Content policy) {
    this.policy = policy;
    this.kept = policy == Content.HASH ? NOTHING : Buffer.buffer();
    this.digest = policy == Content.HASH ? fresh() : null;
  }

  void add(Buffer piece) {
    bytes += piece.length();
    if (digest != null) {
      BufferBytes.read(piece, (bytes, from, to) -> digest.update(bytes, from, to - from));
    } else if (policy != Content.OFF && kept.length() < MOST) {
      kept.appendBuffer(piece, 0, Math.min(piece.length(), MOST - kept.length()));
    }
  }

  /// What to record; null if nothing.
  @Nullable ContentRecord record(TenantId tenant, UUID call, Direction direction) {
    if (policy == Content.OFF || bytes == 0) {
      return null;
    }
    String hash = hash();
    if (hash != null) {
      byte[] text = hash.getBytes(StandardCharsets.US_ASCII);
      return new ContentRecord(tenant, call, direction, text, false, true);
    }
    return new ContentRecord(tenant, call, direction, kept.getBytes(), bytes == kept.length());
  }

  /// `sha256:` and the hash of everything, where the policy is to keep that; null otherwise, and
  /// where nothing was said. Once.
  @Nullable String hash() {
    return digest == null || bytes == 0
        ? null
        : "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest fresh() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of every Java can be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
