package dev.gimbal.knowledge.engine.parser.web;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.SafeZip;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jsoup.Jsoup;

/// Electronic books: the pages of the spine, in its order.
public final class Epub {
  private static final String CONTAINER = "META-INF/container.xml";

  private Epub() {}

  /// Writes the book to the draft.
  public static void read(SafeZip zip, Draft draft) throws IOException {
    if (zip.has("META-INF/rights.xml")) {
      throw Refusal.encrypted();
    }
    Parts parts = new Parts(zip);
    XmlNode container = parts.required(CONTAINER);
    String book =
        container.all("rootfile").stream()
            .findFirst()
            .map(file -> file.attribute("full-path"))
            .orElse("");
    XmlNode root = parts.required(book);
    metadata(root, draft);
    Map<String, String> pages = new HashMap<>();
    for (XmlNode item : root.all("item")) {
      if (item.attribute("media-type").contains("html")) {
        Parts.resolve(book, item.attribute("href"))
            .ifPresent(part -> pages.put(item.attribute("id"), part));
      }
    }
    for (XmlNode reference : root.all("itemref")) {
      Optional<byte[]> page = zip.bytes(pages.getOrDefault(reference.attribute("idref"), ""));
      if (page.isPresent()) {
        Html.body(Jsoup.parse(Charsets.decode(page.get())).body(), draft);
      }
    }
  }

  private static void metadata(XmlNode root, Draft draft) {
    Optional<XmlNode> metadata = root.child("metadata");
    if (metadata.isEmpty()) {
      return;
    }
    for (XmlNode node : metadata.get().children()) {
      switch (node.name()) {
        case "title" -> draft.title(node.words());
        case "creator" -> draft.metadata("author", node.words());
        case "date" -> draft.metadata("created", node.words());
        case "language", "publisher", "description", "subject" ->
            draft.metadata(node.name(), node.words());
        default -> {
          // the rest is of no use to a reader
        }
      }
    }
  }
}
