package dev.gimbal.gateway.cache;

import dev.gimbal.platform.ids.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Calls as the tests make them.
final class Calls {
  static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));

  private Calls() {}

  static Question chat(String body) {
    return chat(TenantId.FIRST, "", body);
  }

  static Question chat(TenantId tenant, String scope, String body) {
    return new Question(
        tenant, "chat", "up/gpt", "up/gpt", scope, body.getBytes(StandardCharsets.UTF_8));
  }

  static String asking(String text) {
    return asking("Be brief.", text);
  }

  static String asking(String system, String text) {
    return "{\"model\":\"up/gpt\",\"messages\":[{\"role\":\"system\",\"content\":\""
        + system
        + "\"},{\"role\":\"user\",\"content\":\""
        + text
        + "\"}]}";
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
