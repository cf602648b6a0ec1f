package dev.gimbal.gateway.core.guard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.StrictJson;
import dev.gimbal.platform.ids.Slug;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A guard that a file declares. Immutable.
public final class DeclaredGuard {
  private final GuardBody body;
  private final GuardDeclaration declaration;

  private DeclaredGuard(GuardBody body, GuardDeclaration declaration) {
    this.body = body;
    this.declaration = declaration;
  }

  /// Reads one as the API takes it.
  ///
  /// @param classifiers that it may name
  /// @throws HttpException naming the field that is wrong
  public static DeclaredGuard read(JsonNode tree, Collection<String> classifiers) {
    GuardBody body = StrictJson.read(tree, GuardBody.class);
    if (Slug.of(body.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    GuardDeclaration declaration = body.declaration();
    String classifier = classifier(declaration.rule());
    if (classifier != null && !classifiers.contains(classifier)) {
      throw HttpException.invalid("settings.classifier", "must be one of " + classifiers);
    }
    return new DeclaredGuard(body, declaration);
  }

  private static @Nullable String classifier(GuardRule rule) {
    return switch (rule) {
      case GuardRule.Injection injection -> injection.classifier();
      case GuardRule.Topic topic -> topic.classifier();
      default -> null;
    };
  }

  /// Its name.
  public String name() {
    return body.name();
  }

  /// As it was declared, for JSON.
  public Object shown() {
    return body;
  }

  TenantGuards.One one() {
    return new TenantGuards.One(body, declaration);
  }
}
