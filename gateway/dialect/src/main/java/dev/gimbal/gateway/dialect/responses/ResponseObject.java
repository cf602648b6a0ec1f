package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.TokenCount;
import org.jspecify.annotations.Nullable;

/// The object that is a whole answer, and at the start and the end of a stream stands in an event.
///
/// @param created seconds since 1970; null: not said
/// @param echo what it repeats of its call; empty where that is not known
record ResponseObject(String id, @Nullable Long created, String model, ObjectNode echo) {

  ObjectNode begun() {
    ObjectNode node = node(Nodes.IN_PROGRESS, null, null);
    node.putArray("output");
    return node;
  }

  /// @param incomplete why it is incomplete; null: it is complete
  ObjectNode ended(ArrayNode output, @Nullable String incomplete, @Nullable TokenCount usage) {
    String status = incomplete == null ? Nodes.COMPLETED : Nodes.INCOMPLETE;
    return whole(node(status, null, incomplete), output, usage);
  }

  ObjectNode failed(ArrayNode output, ModelError error, @Nullable TokenCount usage) {
    return whole(node("failed", error, null), output, usage);
  }

  private static ObjectNode whole(ObjectNode node, ArrayNode output, @Nullable TokenCount usage) {
    node.set("output", output);
    if (usage != null) {
      node.set("usage", Usage.write(usage));
    }
    return node;
  }

  /// `error` and `incomplete_details` are null, not absent, where there are none: clients of the
  /// vendor compare them with null.
  private ObjectNode node(String status, @Nullable ModelError error, @Nullable String incomplete) {
    ObjectNode node = Nodes.object().put("id", id).put("object", "response");
    if (created != null) {
      node.put("created_at", created);
    }
    node.put("status", status);
    if (error == null) {
      node.putNull("error");
    } else {
      node.putObject("error").put("code", Errors.code(error)).put("message", error.message());
    }
    if (incomplete == null) {
      node.putNull("incomplete_details");
    } else {
      node.putObject("incomplete_details").put("reason", incomplete);
    }
    node.put("model", model);
    return node.setAll(echo);
  }
}
