package dev.gimbal.platform.config;

import dev.gimbal.platform.errors.ErrorCode;

/// What can be wrong with the process configuration. The process does not start then.
public enum ConfigError implements ErrorCode {
  CONFIG_INVALID("A setting is unknown, missing, malformed or out of its range."),
  CONFIG_UNREADABLE("The configuration file is not there or is no YAML.");

  private final Facts facts;

  ConfigError(String meaning) {
    this.facts = new Facts(500, Blame.RESOURCE, false, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
