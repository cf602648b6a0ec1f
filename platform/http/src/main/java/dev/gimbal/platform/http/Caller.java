package dev.gimbal.platform.http;

import dev.gimbal.platform.ids.TenantId;

/// Who makes a request, as far as routes need to know. The room `access` implements it.
public interface Caller {

  /// Whose data the request is about.
  TenantId tenant();

  /// The principal's id as text, as in `key_…` or `usr_…`.
  String id();

  /// A name for people.
  String name();

  /// Whether it holds a right, as in `documents.write`.
  boolean may(String right);
}
