package dev.gimbal.platform.errors;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/// What went wrong with a file, in words: the JDK's own message of the commonest failures is the
/// bare name of the file.
public final class FileFailure {
  private FileFailure() {}

  /// One line that names the file, where the failure knows it, and the reason.
  public static String reason(IOException failure) {
    @Nullable String words =
        switch (failure) {
          case AccessDeniedException e -> "permission denied";
          case NoSuchFileException e -> "there is no such file or directory";
          case NotDirectoryException e -> "is not a directory";
          case FileAlreadyExistsException e -> "is in the way";
          default -> null;
        };
    if (words == null || !(failure instanceof FileSystemException file)) {
      String message = failure.getMessage();
      return message == null ? failure.getClass().getSimpleName() : message;
    }
    return file.getFile() == null ? words : file.getFile() + ": " + words;
  }
}
