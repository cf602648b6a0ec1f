package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a document's paragraph styles mean, each with what it is based on.
record WordStyles(Map<String, XmlNode> byId) {
  private static final int DEEPEST = 20;

  static WordStyles read(Parts parts, String main) throws IOException {
    Map<String, XmlNode> byId = new HashMap<>();
    Optional<String> part = parts.related(main, "styles");
    if (part.isPresent()) {
      parts.each(
          part.get(),
          1,
          node -> {
            if (node.name().equals("style")) {
              byId.put(node.attribute("styleId"), node);
            }
          });
    }
    return new WordStyles(byId);
  }

  /// 1 to 9; 0 for what is no heading.
  int headingLevel(String style) {
    return first(style, WordStyles::level).orElse(0);
  }

  private static Optional<Integer> level(XmlNode style) {
    Optional<XmlNode> outline = style.path("pPr", "outlineLvl");
    if (outline.isPresent()) {
      return Optional.of(outline.get().number("val", 9) + 1).filter(level -> level <= 9);
    }
    String name = name(style);
    if (name.matches("heading [1-9]")) {
      return Optional.of(name.charAt(8) - '0');
    }
    return name.equals("title") ? Optional.of(1) : Optional.empty();
  }

  /// The list that the style numbers in; empty if none.
  String number(String style) {
    return first(
            style,
            node -> node.path("pPr", "numPr", "numId").map(number -> number.attribute("val")))
        .orElse("");
  }

  /// Whether the style's name says that it is for lists.
  boolean list(String style) {
    return first(style, node -> Optional.of(true).filter(_ -> name(node).startsWith("list bullet")))
        .isPresent();
  }

  private static String name(XmlNode style) {
    return style
        .child("name")
        .map(name -> name.attribute("val").toLowerCase(Locale.ROOT))
        .orElse("");
  }

  private <T> Optional<T> first(String style, Function<XmlNode, Optional<T>> property) {
    String id = style;
    for (int i = 0; i < DEEPEST; i++) {
      XmlNode node = byId.get(id);
      if (node == null) {
        return Optional.empty();
      }
      Optional<T> value = property.apply(node);
      if (value.isPresent()) {
        return value;
      }
      id = node.child("basedOn").map(based -> based.attribute("val")).orElse("");
    }
    return Optional.empty();
  }
}
