package dev.gimbal.platform.database.backup;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A new file that is hashed while it is written and is on the disk when it is finished.
final class Hashing extends FilterOutputStream {
  private final FileChannel channel;
  private final MessageDigest digest = sha256();
  private long bytes;

  Hashing(Path file) throws IOException {
    this(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  private Hashing(FileChannel channel) {
    super(Channels.newOutputStream(channel));
    this.channel = channel;
  }

  /// What was written.
  record Copied(long bytes, String sha256) {}

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    out.write(buffer, offset, length);
    digest.update(buffer, offset, length);
    bytes += length;
  }

  Copied finish() throws IOException {
    channel.force(true);
    return new Copied(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /// The hash of a file.
  static String of(Path file) throws IOException {
    try (DigestInputStream input = new DigestInputStream(Files.newInputStream(file), sha256())) {
      ((InputStream) input).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(input.getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
