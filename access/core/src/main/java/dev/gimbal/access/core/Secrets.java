package dev.gimbal.access.core;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/// Makes the texts that prove who somebody is: 256 random bits in base 62, so that a double click
/// selects them whole. Thread-safe.
final class Secrets {
  static final String KEY_PREFIX = "gmb_";
  private static final int BYTES = 32;

  /// 62^43 is the first power above 2^256.
  private static final int DIGITS = 43;

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());

  /// Enough to recognise a key by; what is left is far beyond guessing.
  private static final int SHOWN = 6;

  /// Never used but to be cloned: to look the algorithm up for each key takes longer than to hash.
  private static final MessageDigest SHA_256 = sha256();

  private final SecureRandom random;

  Secrets(SecureRandom random) {
    this.random = random;
  }

  String newKey() {
    return KEY_PREFIX + newText();
  }

  String newSession() {
    return newText();
  }

  static String shownPrefix(String key) {
    return key.substring(0, KEY_PREFIX.length() + SHOWN);
  }

  private String newText() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    BigInteger number = new BigInteger(1, bytes);
    char[] text = new char[DIGITS];
    for (int at = DIGITS - 1; at >= 0; at--) {
      BigInteger[] divided = number.divideAndRemainder(BASE);
      text[at] = ALPHABET.charAt(divided[1].intValue());
      number = divided[0];
    }
    return new String(text);
  }

  static byte[] hash(String secret) {
    try {
      MessageDigest digest = (MessageDigest) SHA_256.clone();
      return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of every Java can be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
