package dev.gimbal.platform.http;

import dev.gimbal.platform.config.ByteSize;
import dev.gimbal.platform.config.Doc;
import java.time.Duration;

/// What bounds the HTTP server. Each limit says when it is full: with 413, with 503 and
/// `Retry-After`, or by closing the connection.
public record HttpLimits(
    @Doc("Open connections; one more is closed at once. 1 to 100000.") int connections,
    @Doc("Requests handled at the same time; one more is answered 503. 1 to 100000.") int requests,
    @Doc("Largest JSON body.") ByteSize json,
    @Doc("JSON bodies held in memory at the same time, all requests together.")
        ByteSize jsonInFlight,
    @Doc("Largest single file of an upload.") ByteSize file,
    @Doc("Largest upload, all its files and fields together.") ByteSize upload,
    @Doc("Upload bytes held on disk at the same time, all requests together.")
        ByteSize uploadsInFlight,
    @Doc("Files in one upload. 1 to 100000.") int files,
    @Doc("Largest head of a request: its line and headers.") ByteSize head,
    @Doc("A new connection that sent no complete head by then is closed.") Duration firstHead,
    @Doc("A connection without a request that sent no complete head by then is closed.")
        Duration keepAlive,
    @Doc("A JSON body that is not complete by then is refused.") Duration bodyTime,
    @Doc("A body of which nothing arrives for so long is given up.") Duration bodySilence,
    @Doc("An upload that is not complete by then is refused.") Duration uploadTime,
    @Doc("A client that reads nothing of its answer for so long is dropped.")
        Duration stalledClient,
    @Doc("How often a silent event stream sends a comment, so that proxies keep it open.")
        Duration eventsKeepAlive) {

  public static final HttpLimits DEFAULT =
      new HttpLimits(
          4096,
          1024,
          ByteSize.mebibytes(1),
          ByteSize.mebibytes(64),
          ByteSize.mebibytes(256),
          ByteSize.mebibytes(1024),
          ByteSize.mebibytes(4096),
          1000,
          new ByteSize(32 * 1024),
          Duration.ofSeconds(15),
          Duration.ofSeconds(75),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMinutes(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15));

  public HttpLimits {
    requireRange("connections", connections);
    requireRange("requests", requests);
    requireRange("files", files);
    if (json.bytes() < 1 || json.bytes() > 1L << 30) {
      throw new IllegalArgumentException("json must be 1B to 1GiB, but is " + json);
    }
    if (head.bytes() < 1024 || head.bytes() > 1L << 20) {
      throw new IllegalArgumentException("head must be 1KiB to 1MiB, but is " + head);
    }
    requirePositive("first-head", firstHead);
    requirePositive("keep-alive", keepAlive);
    requirePositive("body-time", bodyTime);
    requirePositive("body-silence", bodySilence);
    requirePositive("upload-time", uploadTime);
    requirePositive("stalled-client", stalledClient);
    requirePositive("events-keep-alive", eventsKeepAlive);
  }

  private static void requireRange(String name, int value) {
    if (value < 1 || value > 100_000) {
      throw new IllegalArgumentException(name + " must be 1 to 100000, but is " + value);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " must be more than 0s, but is " + value);
    }
  }
}
