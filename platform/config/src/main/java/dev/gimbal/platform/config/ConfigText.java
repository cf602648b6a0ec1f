package dev.gimbal.platform.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows configurations to people.
public final class ConfigText {
  private ConfigText() {}

  /// The effective configuration, one `key: value` a line, in the order of the records. Secrets are
  /// masked; what is not set is left out.
  public static String effective(Record config) {
    StringBuilder text = new StringBuilder();
    append(text, "", config);
    return text.toString();
  }

  private static void append(StringBuilder text, String section, Object record) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String path = Settings.path(section, Settings.key(component));
      Object value = Settings.value(record, component);
      if (value != null) {
        appendValue(text, path, value);
      }
    }
  }

  private static void appendValue(StringBuilder text, String path, Object value) {
    switch (value) {
      case List<?> list when list.isEmpty() -> {}
      case List<?> list when list.stream().allMatch(one -> Values.known(one.getClass())) ->
          line(text, path, String.join(", ", list.stream().map(Values::write).toList()));
      case List<?> list -> {
        for (int at = 0; at < list.size(); at++) {
          appendValue(text, path + "[" + at + "]", list.get(at));
        }
      }
      case Map<?, ?> map ->
          map.forEach(
              (key, one) -> appendValue(text, Settings.path(path, String.valueOf(key)), one));
      case Record record when !Values.known(record.getClass()) -> append(text, path, record);
      default -> line(text, path, Values.write(value));
    }
  }

  private static void line(StringBuilder text, String path, String value) {
    text.append(path).append(": ").append(value).append('\n');
  }

  /// The reference page's tables in Markdown, one for each section: key, type, default, meaning
  /// (from [Doc]).
  public static String reference(Class<? extends Record> root) {
    StringBuilder text = new StringBuilder();
    section(text, "", root, Settings.defaults(root));
    return text.toString();
  }

  private static void section(
      StringBuilder text, String section, Class<?> type, @Nullable Object defaults) {
    StringBuilder rows = new StringBuilder();
    StringBuilder sections = new StringBuilder();
    for (RecordComponent component : type.getRecordComponents()) {
      String path = Settings.path(section, Settings.key(component));
      Object value = defaults == null ? null : Settings.value(defaults, component);
      Class<?> below = sectionType(component);
      if (below == null) {
        row(rows, path, component, value);
        continue;
      }
      boolean many = component.getType() == List.class || component.getType() == Map.class;
      String each = component.getType() == List.class ? "[]" : ".NAME";
      Object inner = many || value == null ? Settings.defaults(below) : value;
      section(sections, many ? path + each : path, below, inner);
    }
    if (!rows.isEmpty()) {
      text.append(section.isEmpty() ? "" : "## `" + section + "`\n\n")
          .append("| key | type | default | meaning |\n|---|---|---|---|\n")
          .append(rows)
          .append('\n');
    }
    text.append(sections);
  }

  /// The record that a component is a section, a list or named sections of; null if it is a plain
  /// setting.
  private static @Nullable Class<?> sectionType(RecordComponent component) {
    Class<?> type = component.getType();
    if (component.getGenericType() instanceof ParameterizedType many
        && many.getActualTypeArguments()[many.getActualTypeArguments().length - 1]
            instanceof Class<?> of
        && of.isRecord()
        && !Values.known(of)) {
      return of;
    }
    return type.isRecord() && !Values.known(type) ? type : null;
  }

  private static void row(
      StringBuilder rows, String path, RecordComponent component, @Nullable Object value) {
    Doc doc = component.getAnnotation(Doc.class);
    rows.append("| `").append(path).append("` | ").append(typeName(component)).append(" | ");
    String shown = shown(value);
    rows.append(shown.isEmpty() ? "" : "`" + shown + "`");
    rows.append(" | ").append(doc == null ? "" : doc.value().replace("|", "\\|")).append(" |\n");
  }

  private static String typeName(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType type) {
      Object last = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
      String of = last instanceof Class<?> simple ? Values.typeName(simple) : "text";
      return component.getType() == List.class ? "list of " + of : "section of " + of;
    }
    return Values.typeName(component.getType());
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case List<?> list -> String.join(", ", list.stream().map(Values::write).toList());
      case Map<?, ?> map -> map.isEmpty() ? "" : String.valueOf(map);
      default -> Values.write(value);
    };
  }
}
