package dev.gimbal.server.cli;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A `multipart/form-data` body that reads its files while it is sent.
final class Multipart {
  private final String boundary = "gimbal-" + UUID.randomUUID();
  private final List<BodyPublisher> parts = new ArrayList<>();

  void field(String name, String value) {
    parts.add(head("name=\"" + name + "\"", "text/plain; charset=utf-8"));
    parts.add(BodyPublishers.ofString(value + "\r\n"));
  }

  /// @throws FailedException if the file is not there
  void file(String name, String fileName, Path file) throws FailedException {
    String quoted = fileName.replace("\\", "\\\\").replace("\"", "%22");
    parts.add(
        head(
            "name=\"" + name + "\"; filename=\"" + quoted.replaceAll("[\r\n]", " ") + "\"",
            "application/octet-stream"));
    try {
      parts.add(BodyPublishers.ofFile(file));
    } catch (FileNotFoundException e) {
      throw new FailedException(Exit.FAILED, file + " cannot be read");
    }
    parts.add(BodyPublishers.ofString("\r\n"));
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /// The whole; call once, at the end.
  BodyPublisher body() {
    parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
    return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
  }

  private BodyPublisher head(String disposition, String contentType) {
    return BodyPublishers.ofString(
        "--"
            + boundary
            + "\r\ncontent-disposition: form-data; "
            + disposition
            + "\r\ncontent-type: "
            + contentType
            + "\r\n\r\n");
  }
}
