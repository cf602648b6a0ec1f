package dev.gimbal.gateway.core.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `env:NAME` and `file:PATH`: where a credential is, instead of the credential.
public final class CredentialReference {
  private static final String ENVIRONMENT = "env:";
  private static final String FILE = "file:";

  private CredentialReference() {}

  /// Whether a text is one.
  public static boolean is(String text) {
    return text.startsWith(ENVIRONMENT) || text.startsWith(FILE);
  }

  /// The credential behind a reference.
  ///
  /// @throws IllegalArgumentException naming the reference, if it leads nowhere
  public static String read(String reference) {
    if (reference.startsWith(ENVIRONMENT)) {
      String value = System.getenv(reference.substring(ENVIRONMENT.length()));
      if (value == null || value.isBlank()) {
        throw new IllegalArgumentException("the environment has nothing for " + reference);
      }
      return value.strip();
    }
    if (reference.startsWith(FILE)) {
      try {
        return Files.readString(Path.of(reference.substring(FILE.length()))).strip();
      } catch (IOException e) {
        throw new IllegalArgumentException("cannot be read: " + reference, e);
      }
    }
    throw new IllegalArgumentException("a credential is named by env:NAME or file:PATH");
  }
}
