package dev.gimbal.gateway.core.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.core.provider.CredentialReference;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.StrictJson;
import dev.gimbal.platform.ids.Slug;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where alerts go, as a file declares it: what the API takes, but that a secret is only named.
/// Immutable.
public final class FileChannel {
  private final String name;
  private final Channel.Declaration declaration;
  private final @Nullable String secret;

  private FileChannel(String name, Channel.Declaration declaration, @Nullable String secret) {
    this.name = name;
    this.declaration = declaration;
    this.secret = secret;
  }

  /// Reads one.
  ///
  /// @param mail whether there is a mail server
  /// @throws HttpException naming the field that is wrong
  public static FileChannel read(ObjectNode tree, boolean mail) {
    ChannelRoutes.ChannelBody wanted = StrictJson.read(tree, ChannelRoutes.ChannelBody.class);
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    Channel.Declaration declaration = wanted.declaration();
    String secret = wanted.secret();
    if (declaration.kind().equals(Channel.EMAIL) && !mail) {
      throw HttpException.invalid("kind", "e-mail needs alerts.smtp in gimbal.yaml");
    }
    if (secret != null) {
      check(declaration, secret);
    }
    return new FileChannel(wanted.name(), declaration, secret);
  }

  private static void check(Channel.Declaration declaration, String secret) {
    if (!declaration.kind().equals(Channel.WEBHOOK)) {
      throw HttpException.invalid("secret", "is for webhooks");
    }
    if (!CredentialReference.is(secret)) {
      throw HttpException.invalid(
          "secret", "a file holds no secret itself: name it by env:NAME or file:PATH");
    }
    try {
      CredentialReference.read(secret);
    } catch (IllegalArgumentException e) {
      throw HttpException.invalid("secret", String.valueOf(e.getMessage()));
    }
  }

  /// Its name.
  public String name() {
    return name;
  }

  boolean takes(Alert.Kind kind) {
    return declaration.alerts().contains(kind.id());
  }

  Channel of(TenantId tenant) {
    Channel.StoredSecret stored = secret == null ? null : new Channel.StoredSecret(secret, null);
    return new Channel(tenant, name, declaration, stored, 1, Instant.EPOCH, Instant.EPOCH);
  }
}
