package dev.gimbal.gateway.core.guard;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.guard.TextClassifier;
import dev.gimbal.platform.database.Database;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/// What guards stand on.
///
/// @param classifiers that declarations may name
/// @param inside asked when a guard names a model; first at a call, not before
/// @param allowPrivate whether guards on other servers may have private addresses
public record GuardParts(
    Vertx vertx,
    Database database,
    Audit audit,
    Clock clock,
    List<TextClassifier> classifiers,
    Supplier<Gateway> inside,
    boolean allowPrivate) {
  public GuardParts {
    classifiers = List.copyOf(classifiers);
  }
}
