package dev.gimbal.platform.http;

import java.util.Optional;

/// `ETag` and `If-Match` of things that have a version number.
public final class EntityTag {
  private EntityTag() {}

  /// Value of the `ETag` header.
  public static String of(long version) {
    return "\"" + version + "\"";
  }

  /// Refuses a change that was made from another version than the present one. A request without
  /// `If-Match` is let through.
  ///
  /// @throws HttpException [HttpError#VERSION_STALE]
  public static void require(Request request, long version) {
    Optional<String> wanted = request.ifMatch();
    if (wanted.isPresent() && !matches(wanted.get(), of(version))) {
      throw new HttpException(
          HttpError.VERSION_STALE,
          "it changed since it was read: If-Match is " + wanted.get() + ", now " + of(version));
    }
  }

  /// For a thing that changed while a change of it was judged.
  ///
  /// @param read the version that the change was made from
  public static HttpException stale(long read, long now) {
    return new HttpException(
        HttpError.VERSION_STALE,
        "it changed since it was read: that was " + of(read) + ", now " + of(now));
  }

  static boolean matches(String header, String tag) {
    for (String candidate : header.split(",")) {
      String one = candidate.strip();
      if (one.equals("*") || one.equals(tag) || one.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}
