package dev.gimbal.gateway.dialect;

/// What servers of OpenAI's own know in each of their dialects, and what leaves the answer right
/// where it is lacking.
public enum Hint {
  VERBOSITY("verbosity"),
  SERVICE_TIER("service_tier"),
  PROMPT_CACHE_KEY("prompt_cache_key"),
  PROMPT_CACHE_RETENTION("prompt_cache_retention");

  private final String field;

  Hint(String field) {
    this.field = field;
  }

  /// Its field, where a dialect has no other place for it.
  public String field() {
    return field;
  }
}
