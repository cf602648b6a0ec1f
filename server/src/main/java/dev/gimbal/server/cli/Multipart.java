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
    parts.add(fileHead(name, fileName));
    try {
      parts.add(BodyPublishers.ofFile(file));
    } catch (FileNotFoundException e) {
      throw new FailedException(Exit.FAILED, file + " cannot be read");
    }
    parts.add(BodyPublishers.ofString("\r\n"));
  }

  void bytes(String name, String fileName, byte[] content) {
    parts.add(fileHead(name, fileName));
    parts.add(BodyPublishers.ofByteArray(content));
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

  private BodyPublisher fileHead(String name, String fileName) {
    String quoted = fileName.replaceAll("[\r\n]", " ").replace("\"", "%22");
    return head("name=\"" + name + "\"; filename=\"" + quoted + "\"", "application/octet-stream");
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
