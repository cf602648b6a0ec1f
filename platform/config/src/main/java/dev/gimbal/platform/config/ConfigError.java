package dev.gimbal.platform.config;

import dev.gimbal.platform.errors.ErrorCode;

/// What can be wrong with the process configuration. The process does not start then.
public enum ConfigError implements ErrorCode {
  CONFIG_INVALID("A setting is unknown, missing, malformed or out of its range."),
  CONFIG_UNREADABLE("The configuration file is not there or is no YAML.");

  private final String meaning;

  ConfigError(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public int status() {
    return 500;
  }

  @Override
  public Blame blame() {
    return Blame.RESOURCE;
  }

  @Override
  public boolean retryable() {
    return false;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
