package dev.gimbal.gateway.core.provider;

import dev.gimbal.platform.ids.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// Seals credentials with AES-256-GCM. A sealed value opens only for the tenant and provider that
/// it was sealed for, so that moving it to another row gains nothing. Thread-safe.
public final class Sealing {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_ID_BYTES = 4;

  private final SecretKey key;
  private final SecureRandom random = new SecureRandom();
  private final String keyId;

  public Sealing(SecretKey key) {
    this.key = key;
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      this.keyId = HexFormat.of().formatHex(hash, 0, KEY_ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Names the key, so that a later rotation knows what it must open with which.
  public String keyId() {
    return keyId;
  }

  /// @param provider what it is sealed for
  public byte[] seal(TenantId tenant, String provider, String credential) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] text = credential.getBytes(StandardCharsets.UTF_8);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, about(tenant, provider), text);
    return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
  }

  /// @throws IllegalStateException if it was sealed with another key or for something else
  public String open(TenantId tenant, String provider, byte[] sealed) {
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] text = new byte[sealed.length - NONCE_BYTES];
    ByteBuffer.wrap(sealed).get(nonce).get(text);
    byte[] opened = run(Cipher.DECRYPT_MODE, nonce, about(tenant, provider), text);
    return new String(opened, StandardCharsets.UTF_8);
  }

  private byte[] run(int mode, byte[] nonce, byte[] about, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(about);
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a credential does not open with key " + keyId, e);
    }
  }

  private static byte[] about(TenantId tenant, String provider) {
    return (tenant.value() + "/" + provider).getBytes(StandardCharsets.UTF_8);
  }
}
