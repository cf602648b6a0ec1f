package dev.gimbal.gateway.core.route;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A call as a route looks at it.
///
/// @param id of the call, under which a judge is asked
/// @param user for whom it is, if the principal is not the user; null: nobody said
/// @param budgetLeft what hard budgets have left for it, in nano-USD; null: none bounds it. Asked
///     only where a route wants to know
public record RouteCall(
    Principal principal,
    UUID id,
    @Nullable String user,
    Map<String, String> tags,
    Endpoint endpoint,
    CallFields fields,
    Buffer body,
    Supplier<@Nullable Long> budgetLeft) {}
