package dev.gimbal.gateway.core.routes;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.platform.errors.GimbalException;
import java.util.List;

/// A file that declares a gateway is wrong.
public final class GatewayFileException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param errors each with its line and field
  GatewayFileException(List<String> errors) {
    super(GatewayError.FIELD_INVALID, String.join("\n", errors));
  }
}
