package dev.gimbal.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The files of a web page, from a folder of the class path, kept in memory once they were asked
/// for. Thread-safe; blocks.
public final class Assets {
  /// No page.
  public static final Assets NONE = new Assets(null, "");

  /// A name of a file or folder: nothing that begins with a dot, so neither `..` nor hidden files.
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_@-][A-Za-z0-9._@-]*(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)*");

  /// A name with a hash in it, as in `index-Bx81kPqL.js`: its content never changes.
  private static final Pattern HASHED = Pattern.compile(".*[.-][A-Za-z0-9_-]{8,}\\.[a-z0-9]+");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("webmanifest", "application/manifest+json"));

  private final @Nullable ClassLoader loader;
  private final String folder;
  private final Map<String, Asset> loaded = new ConcurrentHashMap<>();

  private Assets(@Nullable ClassLoader loader, String folder) {
    this.loader = loader;
    this.folder = folder;
  }

  /// The files below a folder of the class path, as in `console`. Its `index.html` stands for every
  /// path that is no file.
  public static Assets of(ClassLoader loader, String folder) {
    return new Assets(loader, folder + "/");
  }

  /// One file, ready to send.
  ///
  /// @param zipped the same in gzip; null where that is not shorter
  record Asset(String type, byte[] bytes, byte @Nullable [] zipped, String tag, boolean forever) {}

  boolean none() {
    return loader == null;
  }

  /// A file.
  ///
  /// @param path without the slash at its beginning
  /// @param basePath put into the page's `<base href="/">`
  Optional<Asset> find(String path, String basePath) throws IOException {
    if (loader == null || !PATH.matcher(path).matches()) {
      return Optional.empty();
    }
    Asset known = loaded.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    byte[] bytes = bytes(loader, path);
    if (bytes == null) {
      return Optional.empty();
    }
    Asset asset = asset(path, based(path, bytes, basePath));
    loaded.put(path, asset);
    return Optional.of(asset);
  }

  private byte @Nullable [] bytes(ClassLoader from, String path) throws IOException {
    try (InputStream in = from.getResourceAsStream(folder + path)) {
      // A folder on disk opens as a listing of its names: only what has an extension is a file.
      return in == null || path.lastIndexOf('.') <= path.lastIndexOf('/')
          ? null
          : in.readAllBytes();
    }
  }

  private static byte[] based(String path, byte[] bytes, String basePath) {
    if (basePath.isEmpty() || !path.endsWith(".html")) {
      return bytes;
    }
    return new String(bytes, StandardCharsets.UTF_8)
        .replace("<base href=\"/\"", "<base href=\"" + basePath + "/\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Asset asset(String path, byte[] bytes) throws IOException {
    String extension = path.substring(path.lastIndexOf('.') + 1);
    String type = TYPES.getOrDefault(extension, "application/octet-stream");
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    boolean shorter = zipped.size() < bytes.length * 9L / 10;
    return new Asset(
        type,
        bytes,
        shorter ? zipped.toByteArray() : null,
        tag(bytes),
        HASHED.matcher(path).matches());
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "\""
          + Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22)
          + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
