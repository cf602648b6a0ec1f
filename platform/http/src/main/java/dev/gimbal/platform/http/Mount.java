package dev.gimbal.platform.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/// Paths that are served on the event loops, outside `/api`: the dialects of the gateway. The
/// handler
/// reads the body itself, authenticates, and never blocks.
///
/// @param prefix the paths that start with it, as in `/v1/`
public record Mount(String prefix, Handler<HttpServerRequest> handler) {}
