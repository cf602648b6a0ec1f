package dev.gimbal.knowledge.engine.parser.pack;

import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// An XML element without namespaces, but for relationship ids (`r:id`). Documents that
/// declare entities or anything else in a DTD are refused, nothing outside is ever read,
/// depth is limited.
///
/// @param name local name; `#text` for text
/// @param text of a `#text` node, else empty
public record XmlNode(
    String name, Map<String, String> attributes, List<XmlNode> children, String text) {
  private static final int DEEPEST = 150;
  private static final String RELATIONSHIPS = "/relationships";
  private static final XMLInputFactory FACTORY = factory();

  /// Reads a document into one tree.
  public static XmlNode read(InputStream in) {
    List<XmlNode> roots = new ArrayList<>();
    each(in, 0, roots::add);
    if (roots.isEmpty()) {
      throw Refusal.unreadable("a part of the file holds no XML", null);
    }
    return roots.getFirst();
  }

  /// Reads a document and hands on its elements at the depth (0: the root), one tree after the
  /// other, so that memory holds one at a time.
  public static void each(InputStream in, int depth, Consumer<XmlNode> consumer) {
    try {
      XMLStreamReader reader = FACTORY.createXMLStreamReader(in);
      int at = 0;
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            if (at == depth) {
              consumer.accept(element(reader, depth));
            } else {
              at++;
            }
          }
          case XMLStreamConstants.END_ELEMENT -> at--;
          case XMLStreamConstants.DTD ->
              throw Refusal.suspicious("the file's XML declares entities");
          default -> {
            // comments and white space around elements
          }
        }
      }
    } catch (XMLStreamException e) {
      throw Refusal.unreadable("a part of the file is damaged XML", e);
    }
  }

  private static XmlNode element(XMLStreamReader reader, int depth) throws XMLStreamException {
    if (depth > DEEPEST) {
      throw Refusal.suspicious("the file's XML nests deeper than %d".formatted(DEEPEST));
    }
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      String space = reader.getAttributeNamespace(i);
      boolean relation = space != null && space.endsWith(RELATIONSHIPS);
      attributes.put(
          (relation ? "r:" : "") + reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    XmlNode node = new XmlNode(reader.getLocalName(), attributes, new ArrayList<>(), "");
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> node.children.add(element(reader, depth + 1));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            node.children.add(new XmlNode("#text", Map.of(), List.of(), reader.getText()));
        case XMLStreamConstants.END_ELEMENT -> {
          return node;
        }
        default -> {
          // comments, processing instructions
        }
      }
    }
  }

  /// The attribute; empty if absent.
  public String attribute(String attribute) {
    return attributes.getOrDefault(attribute, "");
  }

  /// The attribute as a number; the other if absent or none.
  public int number(String attribute, int otherwise) {
    String value = attribute(attribute);
    return value.matches("-?\\d{1,9}") ? Integer.parseInt(value) : otherwise;
  }

  /// The first child of the name.
  public Optional<XmlNode> child(String child) {
    return children.stream().filter(node -> node.name.equals(child)).findFirst();
  }

  /// The first element down the path of names.
  public Optional<XmlNode> path(String... names) {
    Optional<XmlNode> node = Optional.of(this);
    for (String next : names) {
      node = node.flatMap(found -> found.child(next));
    }
    return node;
  }

  /// All children of the name.
  public List<XmlNode> children(String child) {
    return children.stream().filter(node -> node.name.equals(child)).toList();
  }

  /// All elements of the name below, in order; not those within another of them.
  public List<XmlNode> all(String wanted) {
    List<XmlNode> found = new ArrayList<>();
    collect(wanted, found);
    return found;
  }

  private void collect(String wanted, List<XmlNode> found) {
    for (XmlNode node : children) {
      if (node.name.equals(wanted)) {
        found.add(node);
      } else {
        node.collect(wanted, found);
      }
    }
  }

  /// All text below.
  public String words() {
    StringBuilder words = new StringBuilder();
    words(words);
    return words.toString();
  }

  private void words(StringBuilder words) {
    words.append(text);
    children.forEach(child -> child.words(words));
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    // Above our own limit, which knows the reason.
    factory.setProperty("jdk.xml.maxElementDepth", Integer.toString(2 * DEEPEST));
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing outside is read");
        });
    return factory;
  }
}
