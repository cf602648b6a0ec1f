package dev.gimbal.gateway.conformance.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// HTTP/1.1 off a socket, no library between.
final class HttpBytes {
  private static final int LONGEST_HEAD = 1 << 20;

  private HttpBytes() {}

  /// The head of a message with its last empty line; empty if the other side closed.
  static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int one = in.read();
      if (one < 0) {
        return "";
      }
      head.write(one);
      matched = one == "\r\n\r\n".charAt(matched) ? matched + 1 : one == '\r' ? 1 : 0;
      if (head.size() > LONGEST_HEAD) {
        throw new IOException("a head of more than " + LONGEST_HEAD + " bytes");
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  static Map<String, String> headers(String head) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : List.of(head.split("\r\n", -1))) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.put(name, line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  /// Reads chunks into `body`; true when the last one came.
  static boolean chunks(InputStream in, ByteArrayOutputStream body) throws IOException {
    while (true) {
      String size = line(in);
      int semicolon = size.indexOf(';');
      int length =
          Integer.parseInt((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
      if (length == 0) {
        while (!line(in).isEmpty()) {
          // trailers are of no interest
        }
        return true;
      }
      fixed(in, length, body);
      line(in);
    }
  }

  /// Reads so many bytes into `body`.
  static void fixed(InputStream in, long length, ByteArrayOutputStream body) throws IOException {
    byte[] piece = new byte[64 << 10];
    long left = length;
    while (left > 0) {
      int read = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        throw new EOFException("broken off " + left + " bytes early");
      }
      body.write(piece, 0, read);
      left -= read;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int one = in.read();
      if (one < 0) {
        throw new EOFException("broken off in a chunk's head");
      }
      if (one == '\n') {
        return line.toString().strip();
      }
      line.append((char) one);
    }
  }
}
