package dev.gimbal.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `multipart/form-data` (RFC 7578) as it arrives: files go to disk while they come, and
/// nothing but one buffer and the small fields is in memory. Everything read is also digested, so
/// that an idempotency key can tell one upload from another.
///
/// The whole is read as if it began with a line end, so that each boundary, the first one included,
/// is the delimiter CRLF `--` boundary.
final class Multipart {
  private static final int BUFFER = 64 * 1024;
  private static final int HEADERS = 8 * 1024;
  private static final int FIELDS = 100;
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))", Pattern.CASE_INSENSITIVE);
  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([A-Za-z*]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]*))");

  private final InputStream in;
  private final byte[] delimiter;
  private final HttpLimits limits;
  private final UploadSpace space;
  private final MessageDigest digest;
  private final byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private long total;

  private Multipart(
      InputStream in, String boundary, HttpLimits limits, UploadSpace space, MessageDigest digest) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.limits = limits;
    this.space = space;
    this.digest = digest;
    buffer[0] = '\r';
    buffer[1] = '\n';
    this.end = 2;
  }

  /// The boundary in a content type; null if it is no multipart form.
  static @Nullable String boundary(@Nullable String contentType) {
    if (contentType == null
        || !contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      return null;
    }
    Matcher found = BOUNDARY.matcher(contentType);
    if (!found.find()) {
      return null;
    }
    return found.group(1) != null ? found.group(1) : found.group(2);
  }

  /// Reads a form to its end.
  ///
  /// @throws HttpException for a malformed form or one over a limit; nothing stays on disk then
  static Form read(
      InputStream in, String boundary, HttpLimits limits, UploadSpace space, MessageDigest digest)
      throws IOException {
    Form form = new Form(space);
    boolean whole = false;
    try {
      new Multipart(in, boundary, limits, space, digest).readInto(form);
      whole = true;
      return form;
    } finally {
      if (!whole) {
        form.close();
      }
    }
  }

  private void readInto(Form form) throws IOException {
    copyUntilDelimiter(OutputStream.nullOutputStream(), Long.MAX_VALUE, "the form");
    while (!atClose()) {
      Map<String, String> headers = headers();
      Part part = Part.of(headers);
      digest.update(("\n" + part + "\n").getBytes(StandardCharsets.UTF_8));
      if (part.fileName() == null) {
        readField(form, part);
      } else {
        readFile(form, part, part.fileName());
      }
    }
    skipRest();
  }

  private void readField(Form form, Part part) throws IOException {
    if (form.fields().size() == FIELDS) {
      throw tooLarge("a form may have at most " + FIELDS + " fields");
    }
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    copyUntilDelimiter(value, limits.json().bytes(), "the field " + part.name());
    try {
      form.field(
          part.name(),
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(value.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      throw HttpException.invalid(part.name(), "is not valid UTF-8");
    }
  }

  private void readFile(Form form, Part part, String fileName) throws IOException {
    if (form.files().size() == limits.files()) {
      throw tooLarge("an upload may have at most " + limits.files() + " files");
    }
    Path path = space.create();
    form.owns(path);
    long bytes;
    try (OutputStream out = new Metered(Files.newOutputStream(path), form)) {
      bytes = copyUntilDelimiter(out, limits.file().bytes(), "the file " + fileName);
    }
    form.file(new Upload(part.name(), fileName, part.contentType(), bytes, path));
  }

  /// After a delimiter: whether it is the closing one. Takes the rest of the delimiter's line.
  private boolean atClose() throws IOException {
    require(2);
    if (buffer[start] == '-' && buffer[start + 1] == '-') {
      return true;
    }
    while (buffer[start] == ' ' || buffer[start] == '\t') {
      start++;
      require(2);
    }
    if (buffer[start] != '\r' || buffer[start + 1] != '\n') {
      throw malformed("a boundary is not followed by a line end");
    }
    start += 2;
    return false;
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    int taken = 0;
    while (true) {
      int length = line();
      taken += length + 2;
      if (taken > HEADERS) {
        throw malformed("the headers of a part are longer than " + HEADERS + " bytes");
      }
      String line = utf8(start, length);
      start += length + 2;
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw malformed("a part has a header without a name");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
  }

  /// Length of the line that begins at `start`, which then lies in the buffer with its end.
  private int line() throws IOException {
    int at = start;
    while (true) {
      for (; at + 1 < end; at++) {
        if (buffer[at] == '\r' && buffer[at + 1] == '\n') {
          return at - start;
        }
      }
      if (end - start > HEADERS) {
        throw malformed("the headers of a part are longer than " + HEADERS + " bytes");
      }
      int offset = at - start;
      if (!fill()) {
        throw malformed("the form ends inside a part's headers");
      }
      at = start + offset;
    }
  }

  private String utf8(int from, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed("a part's headers are not valid UTF-8");
    }
  }

  /// Copies what lies before the next delimiter and steps behind it.
  private long copyUntilDelimiter(OutputStream out, long limit, String what) throws IOException {
    long copied = 0;
    while (true) {
      int at = delimiterAt();
      int safe = at >= 0 ? at - start : Math.max(0, end - start - delimiter.length + 1);
      copied += safe;
      if (copied > limit) {
        throw tooLarge(what + " is larger than the limit of " + limit + " bytes");
      }
      out.write(buffer, start, safe);
      digest.update(buffer, start, safe);
      start += safe;
      if (at >= 0) {
        start += delimiter.length;
        return copied;
      }
      if (!fill()) {
        throw malformed("the form ends without its closing boundary");
      }
    }
  }

  private int delimiterAt() {
    int last = end - delimiter.length;
    for (int at = start; at <= last; at++) {
      if (buffer[at] == '\r'
          && Arrays.equals(buffer, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
        return at;
      }
    }
    return -1;
  }

  private void require(int bytes) throws IOException {
    while (end - start < bytes) {
      if (!fill()) {
        throw malformed("the form ends without its closing boundary");
      }
    }
  }

  private void skipRest() throws IOException {
    do {
      start = end;
    } while (fill());
  }

  /// Moves what is left to the front and reads more behind it; false at the end.
  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      return false;
    }
    end += count;
    total += count;
    if (total > limits.upload().bytes()) {
      throw tooLarge("the upload is larger than the limit of " + limits.upload());
    }
    return true;
  }

  private static HttpException malformed(String message) {
    return new HttpException(HttpError.REQUEST_INVALID, message);
  }

  private static HttpException tooLarge(String message) {
    return new HttpException(HttpError.BODY_TOO_LARGE, message);
  }

  /// What a part's headers say.
  private record Part(String name, @Nullable String fileName, String contentType) {
    static Part of(Map<String, String> headers) {
      String disposition = headers.getOrDefault("content-disposition", "");
      if (!disposition.toLowerCase(Locale.ROOT).startsWith("form-data")) {
        throw malformed("a part has no content-disposition: form-data");
      }
      Map<String, String> parameters = new HashMap<>();
      Matcher found = PARAMETER.matcher(disposition);
      while (found.find()) {
        String value = found.group(2) != null ? unescaped(found.group(2)) : found.group(3);
        parameters.putIfAbsent(found.group(1).toLowerCase(Locale.ROOT), value);
      }
      String name = parameters.get("name");
      if (name == null) {
        throw malformed("a part has no name");
      }
      return new Part(
          name,
          fileName(parameters),
          headers.getOrDefault("content-type", "application/octet-stream"));
    }

    private static @Nullable String fileName(Map<String, String> parameters) {
      String extended = parameters.get("filename*");
      if (extended != null && extended.regionMatches(true, 0, "UTF-8''", 0, 7)) {
        return RouteTable.decode(extended.substring(7), "filename");
      }
      return parameters.get("filename");
    }

    /// Browsers write a quote as %22 and line ends as %0D %0A and escape nothing else; others
    /// escape with a backslash. A backslash before any other character is kept, for the sake of
    /// Windows paths.
    private static String unescaped(String text) {
      return text.replace("\\\"", "\"")
          .replace("%22", "\"")
          .replace("%0D", "\r")
          .replace("%0A", "\n");
    }
  }

  /// Takes bytes of the shared limit as they are written.
  private final class Metered extends OutputStream {
    private final OutputStream out;
    private final Form form;

    Metered(OutputStream out, Form form) {
      this.out = out;
      this.form = form;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return;
      }
      space.take(length);
      form.holds(length);
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
