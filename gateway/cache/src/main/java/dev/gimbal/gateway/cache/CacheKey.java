package dev.gimbal.gateway.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// What an answer is kept under: a SHA-256 of everything that decides it.
record CacheKey(long a, long b, long c, long d) {
  private static final int HEX = 64;

  static CacheKey of(Question question, byte[] canonical) {
    MessageDigest digest = sha256();
    ByteBuffer tenant = ByteBuffer.allocate(16);
    tenant.putLong(question.tenant().value().getMostSignificantBits());
    tenant.putLong(question.tenant().value().getLeastSignificantBits());
    digest.update(tenant.array());
    for (String part :
        new String[] {question.family(), question.model(), question.route(), question.scope()}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
      digest.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(canonical));
    return new CacheKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// As in the header `x-gimbal-cache-key`: 64 hexadecimal digits.
  String text() {
    return HexFormat.of()
        .formatHex(ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).array());
  }

  static Optional<CacheKey> parse(String text) {
    if (text.length() != HEX || !text.matches("[0-9a-f]+")) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(text));
    return Optional.of(
        new CacheKey(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
  }
}
