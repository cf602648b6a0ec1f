package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.Response.ClientGoneException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers a request for a file of the page, on a virtual thread.
final class AssetCall implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(AssetCall.class);

  /// The page runs its own scripts and nothing else; images come from here only, so that no answer
  /// rendered in it can carry data away; styles may be inline: component libraries make them.
  static final String POLICY =
      "default-src 'self'; img-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none';"
          + " base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

  private final Assets assets;
  private final RouteRequest request;
  private final Wanted wanted;
  private final Answers answers;

  /// @param path behind the base path, without the slash at its beginning
  /// @param page whether a browser asks for a page, which `index.html` can stand for
  /// @param tags the `If-None-Match` header
  record Wanted(String path, boolean page, boolean gzip, @Nullable String tags) {}

  AssetCall(Assets assets, RouteRequest request, Wanted wanted, Answers answers) {
    this.assets = assets;
    this.request = request;
    this.wanted = wanted;
    this.answers = answers;
  }

  @Override
  public void run() {
    try {
      answers.write(response(), request);
    } catch (ClientGoneException e) {
      answers.cut();
    } catch (IOException | RuntimeException e) {
      LOG.error("an asset could not be sent", e);
      answers.cut();
    }
  }

  private Response response() throws IOException {
    String path = wanted.path().isEmpty() ? "index.html" : wanted.path();
    Optional<Assets.Asset> found = assets.find(path, request.basePath());
    if (found.isEmpty() && wanted.page()) {
      found = assets.find("index.html", request.basePath());
    }
    GimbalException unknown =
        new HttpException(HttpError.PATH_UNKNOWN, "there is no such path here");
    return found.map(this::sent).orElseGet(() -> answers.problem(unknown, request.id()));
  }

  private Response sent(Assets.Asset asset) {
    Map<String, String> headers = new HashMap<>();
    headers.put("etag", asset.tag());
    headers.put(
        "cache-control", asset.forever() ? "public, max-age=31536000, immutable" : "no-cache");
    headers.put("content-security-policy", POLICY);
    headers.put("vary", "accept-encoding");
    if (wanted.tags() != null && EntityTag.matches(wanted.tags(), asset.tag())) {
      return new Response.Empty(304, headers);
    }
    byte[] zipped = asset.zipped();
    boolean gzip = wanted.gzip() && zipped != null;
    byte[] bytes = gzip && zipped != null ? zipped : asset.bytes();
    if (gzip) {
      headers.put("content-encoding", "gzip");
    }
    return new Response.Content(
        200, asset.type(), bytes.length, new ByteArrayInputStream(bytes), headers);
  }
}
