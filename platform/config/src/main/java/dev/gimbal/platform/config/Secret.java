package dev.gimbal.platform.config;

/// A secret setting. Shown as `***` wherever it is printed.
public final class Secret {
  private final String value;

  /// @param value the secret itself, not a reference to it
  public Secret(String value) {
    this.value = value;
  }

  /// The secret itself: hand it to what needs it, and nowhere else.
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
