package dev.gimbal.platform.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How configuration records are read by reflection: names, defaults, making one.
final class Settings {
  private Settings() {}

  /// `publicUrl` is `public-url`.
  static String key(RecordComponent component) {
    StringBuilder key = new StringBuilder();
    for (char letter : component.getName().toCharArray()) {
      if (Character.isUpperCase(letter)) {
        key.append('-');
      }
      key.append(Character.toLowerCase(letter));
    }
    return key.toString();
  }

  /// `server` and `public-url` make `server.public-url`.
  static String path(String section, String key) {
    return section.isEmpty() ? key : section + "." + key;
  }

  /// `server.public-url` is `GIMBAL_SERVER_PUBLIC_URL`.
  static String variable(String path) {
    return "GIMBAL_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /// The record's constant `DEFAULT`; null if it has none.
  static @Nullable Object defaults(Class<?> type) {
    try {
      return type.getField("DEFAULT").get(null);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(type + ".DEFAULT must be public, in a public type", e);
    }
  }

  static @Nullable Object value(Object of, RecordComponent component) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /// @throws ConfigException with the message of a constructor that refuses, behind the section
  static Object make(Class<?> type, @Nullable Object[] values, String section) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int at = 0; at < components.length; at++) {
      types[at] = components[at].getType();
    }
    try {
      return type.getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new ConfigException(
            ConfigError.CONFIG_INVALID,
            path(section, String.valueOf(refused.getMessage())),
            refused);
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " must be a public record", e);
    }
  }

  static boolean nullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }
}
