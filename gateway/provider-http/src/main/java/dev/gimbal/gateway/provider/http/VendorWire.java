package dev.gimbal.gateway.provider.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one vendor wants of a request. Thread-safe, never blocks.
public interface VendorWire {

  /// As [dev.gimbal.gateway.provider.api.Provider#speaks].
  Optional<Endpoint> speaks(Endpoint asked);

  /// As [dev.gimbal.gateway.provider.api.Provider#quirks].
  default Quirks quirks() {
    return Quirks.NONE;
  }

  /// Path and query below the base address.
  String path(UpstreamRequest call);

  /// The same with what stands behind the endpoint's own path.
  ///
  /// @param tail an id, a query; may be empty
  default String path(UpstreamRequest call, String tail) {
    return path(call) + tail;
  }

  /// Headers of every request: how the credential is sent, which version is spoken.
  ///
  /// @param credential null: none is sent
  Map<String, String> headers(@Nullable String credential);

  /// Headers of one call besides those.
  default Map<String, String> headers(UpstreamRequest call) {
    return Map.of();
  }

  /// Path and query of the list of models.
  String modelsPath();

  /// The models in what the vendor lists; of one model's fields `name` is as a caller writes it
  /// behind the provider's own.
  List<Model> models(JsonNode listed);
}
