package dev.gimbal.knowledge.engine.parser.pack;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The parts of an office document (Open Packaging Conventions). External targets are not
/// followed.
///
/// @param zip the package
public record Parts(SafeZip zip) {

  /// A part as a tree; empty if there is none.
  public Optional<XmlNode> tree(String part) throws IOException {
    Optional<InputStream> stream = zip.stream(part);
    if (stream.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = stream.get()) {
      return Optional.of(XmlNode.read(in));
    }
  }

  /// A part that must be there, as a tree.
  public XmlNode required(String part) throws IOException {
    return tree(part).orElseThrow(() -> Refusal.unreadable("the file lacks " + part, null));
  }

  /// A part's elements at a depth, one after the other.
  public void each(String part, int depth, Consumer<XmlNode> consumer) throws IOException {
    Optional<InputStream> stream = zip.stream(part);
    if (stream.isPresent()) {
      try (InputStream in = stream.get()) {
        XmlNode.each(in, depth, consumer);
      }
    }
  }

  /// Relationship ids of a part and the parts that they name.
  public Map<String, String> relations(String part) throws IOException {
    return relations(part, node -> node.attribute("Id"));
  }

  /// The part that a part has a relationship of this type with.
  public Optional<String> related(String part, String type) throws IOException {
    return Optional.ofNullable(
        relations(part, node -> node.attribute("Type").replaceFirst(".*/", "")).get(type));
  }

  private Map<String, String> relations(
      String part, java.util.function.Function<XmlNode, String> key) throws IOException {
    int slash = part.lastIndexOf('/') + 1;
    String name = part.substring(0, slash) + "_rels/" + part.substring(slash) + ".rels";
    Map<String, String> targets = new HashMap<>();
    each(
        name,
        1,
        node -> {
          if (!node.attribute("TargetMode").equals("External")) {
            resolve(part, node.attribute("Target"))
                .ifPresent(target -> targets.putIfAbsent(key.apply(node), target));
          }
        });
    return targets;
  }

  /// The entry that a reference in a part means; empty if it means none.
  public static Optional<String> resolve(String part, String reference) {
    try {
      String path = URI.create("zip:/" + encoded(part)).resolve(encoded(reference)).getPath();
      return path == null ? Optional.empty() : Optional.of(path.replaceFirst("^/+", ""));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String encoded(String path) {
    return path.replace(" ", "%20");
  }

  /// What the document says of itself.
  public void properties(Draft draft) throws IOException {
    each(
        "docProps/core.xml",
        1,
        node -> {
          switch (node.name()) {
            case "title" -> draft.title(node.words());
            case "creator" -> draft.metadata("author", node.words());
            case "created", "modified", "subject", "keywords", "description", "language" ->
                draft.metadata(node.name(), node.words());
            default -> {
              // the rest is of no use to a reader
            }
          }
        });
  }
}
