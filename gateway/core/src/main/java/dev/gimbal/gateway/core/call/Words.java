package dev.gimbal.gateway.core.call;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Constants as they are written in records.
final class Words {
  private static final ClassValue<Map<Enum<?>, String>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Map<Enum<?>, String> computeValue(Class<?> type) {
          Map<Enum<?>, String> words = new HashMap<>();
          for (Object constant : type.getEnumConstants()) {
            Enum<?> known = (Enum<?>) constant;
            words.put(known, known.name().toLowerCase(Locale.ROOT));
          }
          return words;
        }
      };

  private Words() {}

  static String of(Enum<?> constant) {
    return Objects.requireNonNull(KNOWN.get(constant.getDeclaringClass()).get(constant));
  }
}
