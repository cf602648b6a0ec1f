package dev.gimbal.access.core;

import java.nio.ByteBuffer;

/// SHA-256 of a secret as a key of a map. Which buckets a look-up touches says something about the
/// hash and nothing about the secret, so no constant time is needed.
record Hash(long first, long second, long third, long fourth) {

  static Hash of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Hash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  static Hash ofSecret(String secret) {
    return of(Secrets.hash(secret));
  }
}
