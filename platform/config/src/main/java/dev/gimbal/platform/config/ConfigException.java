package dev.gimbal.platform.config;

import dev.gimbal.platform.errors.GimbalException;
import org.jspecify.annotations.Nullable;

/// The configuration cannot be used. The message names the setting and shows no secret.
public final class ConfigException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message names the setting, what it must be and what it is
  public ConfigException(ConfigError error, String message, @Nullable Throwable cause) {
    super(error, message, cause);
  }

  static ConfigException invalid(String message) {
    return new ConfigException(ConfigError.CONFIG_INVALID, message, null);
  }
}
