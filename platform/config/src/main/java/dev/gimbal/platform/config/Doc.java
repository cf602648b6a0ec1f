package dev.gimbal.platform.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a setting means, for `docs/CONFIGURATION.md`: stands on the component of a configuration
/// record.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Doc {

  /// One or two sentences with the unit and the range.
  String value();
}
