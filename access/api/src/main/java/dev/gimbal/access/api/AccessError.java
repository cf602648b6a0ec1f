package dev.gimbal.access.api;

import dev.gimbal.platform.errors.ErrorCode;

/// What can go wrong with tenants and keys.
public enum AccessError implements ErrorCode {
  KEY_UNKNOWN(404, Blame.USER, "The tenant has no such key, or it was revoked."),
  KEY_EXISTS(409, Blame.USER, "The tenant has a key of this name."),
  KEY_LAST(409, Blame.USER, "It is the last key that could make another one."),
  KEY_EXCEEDS_RIGHTS(403, Blame.USER, "A key cannot be given rights that its maker lacks."),
  KEY_ROTATING(409, Blame.USER, "Too many old secrets of the key are still good."),
  TENANT_EXISTS(409, Blame.USER, "There is a tenant of this name.");

  private final Facts facts;

  AccessError(int status, Blame blame, String meaning) {
    this.facts = new Facts(status, blame, false, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
