package dev.gimbal.gateway.provider.api;

import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/// How the bytes of a call pass.
///
/// @param tail what stands behind the endpoint's path: an id, a query; may be empty
/// @param contentType of the body; null: there is none
/// @param length of the whole body in bytes; less than 0: not known
/// @param rest what comes behind the request's own body; null: nothing
public record Passage(
    HttpMethod method,
    String tail,
    @Nullable String contentType,
    long length,
    @Nullable BodyStream rest) {}
