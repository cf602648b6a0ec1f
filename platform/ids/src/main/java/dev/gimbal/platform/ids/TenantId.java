package dev.gimbal.platform.ids;

import java.util.UUID;

/// The tenant that a thing belongs to. It leads every key of a tenant's table.
public record TenantId(UUID value) {

  /// The tenant that the first start makes.
  public static final TenantId FIRST =
      new TenantId(UUID.fromString("00000000-0000-7000-8000-000000000001"));

  /// Prefix of its text form.
  public static final String PREFIX = "ten";

  @Override
  public String toString() {
    return IdText.format(PREFIX, value);
  }
}
