package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.GimbalException;
import java.util.List;

/// A request cannot be taken as it is.
public final class HttpException extends GimbalException {
  private static final long serialVersionUID = 1L;

  /// @param message names the limit
  public HttpException(HttpError error, String message) {
    super(error, message);
  }

  /// @param fields what is wrong, field by field
  public HttpException(HttpError error, String message, List<FieldError> fields) {
    super(error, message, fields, null, null);
  }

  /// [HttpError#REQUEST_INVALID] for one field.
  public static HttpException invalid(String field, String message) {
    return new HttpException(
        HttpError.REQUEST_INVALID, field + ": " + message, List.of(new FieldError(field, message)));
  }
}
