package dev.gimbal.platform.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and writes single settings as text.
final class Values {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

  private final Map<String, String> environment;

  /// @param environment where `env:X` looks
  Values(Map<String, String> environment) {
    this.environment = environment;
  }

  static boolean known(Class<?> type) {
    return type == String.class
        || type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class
        || type == double.class
        || type == Double.class
        || type == boolean.class
        || type == Boolean.class
        || type == Duration.class
        || type == ByteSize.class
        || type == Path.class
        || type == URI.class
        || type == Secret.class
        || type.isEnum();
  }

  /// @throws IllegalArgumentException that says what it must be, without the path before it
  Object read(String text, Class<?> type) {
    if (type == String.class) {
      return text;
    }
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    if (type == long.class || type == Long.class) {
      return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      return number(text);
    }
    if (type == boolean.class || type == Boolean.class) {
      return truth(text);
    }
    if (type == Duration.class) {
      return duration(text);
    }
    if (type == ByteSize.class) {
      return ByteSize.parse(text);
    }
    if (type == Path.class) {
      return Path.of(text);
    }
    if (type == URI.class) {
      return URI.create(text);
    }
    return type == Secret.class ? secret(text) : constant(text, type);
  }

  private static long whole(String text, long least, long most) {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, with the text.
    }
    throw new IllegalArgumentException("must be a whole number, but is " + text);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number, but is " + text, e);
    }
  }

  private static boolean truth(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false, but is " + text);
    };
  }

  private static Duration duration(String text) {
    Matcher form = DURATION.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException("must be a duration like 30s, but is " + text);
    }
    long count = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private Secret secret(String text) {
    if (text.startsWith("env:")) {
      String name = text.substring("env:".length());
      String value = environment.get(name);
      if (value == null || value.isEmpty()) {
        throw new IllegalArgumentException(
            "refers to the environment variable " + name + ", which is not set");
      }
      return new Secret(value);
    }
    if (text.startsWith("file:")) {
      Path file = Path.of(text.substring("file:".length()));
      try {
        return new Secret(Files.readString(file).strip());
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "refers to the file " + file + ", which cannot be read", e);
      }
    }
    return new Secret(text);
  }

  private static Object constant(String text, Class<?> type) {
    StringBuilder names = new StringBuilder();
    for (Object constant : type.getEnumConstants()) {
      String name = constantName((Enum<?>) constant);
      if (name.equals(text.strip()) || name.equals(yamlWord(text.strip()))) {
        return constant;
      }
      names.append(names.isEmpty() ? "" : ", ").append(name);
    }
    throw new IllegalArgumentException("must be one of " + names + ", but is " + text);
  }

  /// What stood in a file whose reader takes the bare words on and off for true and false.
  private static String yamlWord(String text) {
    return switch (text) {
      case "true" -> "on";
      case "false" -> "off";
      default -> text;
    };
  }

  private static String constantName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The text that would be read back as this value; secrets masked.
  static String write(Object value) {
    return switch (value) {
      case Duration duration -> write(duration);
      case Enum<?> constant -> constantName(constant);
      default -> value.toString();
    };
  }

  private static String write(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 != 0 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /// What a setting's type is called for people.
  static String typeName(Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "whole number";
    }
    if (type == double.class || type == Double.class) {
      return "number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "duration";
    }
    if (type == ByteSize.class) {
      return "size";
    }
    if (type == Path.class) {
      return "path";
    }
    if (type == Secret.class) {
      return "secret";
    }
    if (type.isEnum()) {
      StringBuilder names = new StringBuilder();
      for (Object constant : type.getEnumConstants()) {
        names.append(names.isEmpty() ? "" : " or ").append(constantName((Enum<?>) constant));
      }
      return names.toString();
    }
    return "text";
  }
}
