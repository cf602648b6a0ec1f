package dev.gimbal.knowledge.engine.parser.web;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/// HTML: its main content, without what surrounds it on every page of a site. Nothing that it
/// points to is fetched, no script is run.
public final class Html {
  private static final int HEAD = 4096;
  private static final Pattern DECLARED =
      Pattern.compile("(?:charset|encoding)\\s*=\\s*[\"']?([\\w.:-]{2,40})");

  /// What never holds content.
  private static final String NOISE =
      "script, style, noscript, template, iframe, object, embed, canvas, audio, video, svg, head, "
          + "button, select, textarea, input, dialog, [hidden], [aria-hidden=true]";

  private static final String SURROUNDINGS =
      "nav, aside, footer, [role=navigation], [role=banner], [role=contentinfo], [role=search],"
          + " [role=complementary]";

  private Html() {}

  /// Writes the page to the draft.
  public static void read(byte[] bytes, Draft draft) {
    Document page = Jsoup.parse(decode(bytes));
    draft.title(page.title());
    for (String name : List.of("author", "description", "date", "keywords")) {
      Element meta = page.selectFirst("meta[name=" + name + "]");
      draft.metadata(name, meta == null ? null : meta.attr("content"));
    }
    String language = page.select("html").attr("lang");
    draft.metadata("language", language.isEmpty() ? null : language);
    body(page.body(), draft);
    if (!draft.titled()) {
      Element first = page.selectFirst("h1");
      draft.title(first == null ? null : first.text());
    }
  }

  /// Writes the content of an element to the draft.
  public static void body(Element body, Draft draft) {
    body.select(NOISE).remove();
    body.select("*").stream()
        .filter(element -> element.hasAttr("style"))
        .filter(element -> hides(element.attr("style")))
        .toList()
        .forEach(Element::remove);
    int before = body.text().length();
    Element main = main(body);
    if (main == null || main.text().length() < before / 4) {
      main = body;
    }
    Element trimmed = main.clone();
    trimmed.select(SURROUNDINGS).remove();
    trimmed.select("header").stream()
        .filter(header -> header.select("h1, h2, h3").isEmpty())
        .toList()
        .forEach(Element::remove);
    boolean lostMost = trimmed.text().length() < main.text().length() / 5;
    new HtmlWalker(draft).walk(lostMost ? main : trimmed);
  }

  private static @org.jspecify.annotations.Nullable Element main(Element body) {
    for (String query : List.of("main", "[role=main]", "article")) {
      List<Element> found = body.select(query);
      if (found.size() == 1) {
        return found.getFirst();
      }
    }
    return null;
  }

  private static boolean hides(String style) {
    String compact = style.replace(" ", "").toLowerCase(java.util.Locale.ROOT);
    return compact.contains("display:none") || compact.contains("visibility:hidden");
  }

  private static String decode(byte[] bytes) {
    String head = Charsets.ascii(Arrays.copyOf(bytes, Math.min(bytes.length, HEAD)));
    Matcher declared = DECLARED.matcher(head);
    return declared.find() ? Charsets.decode(bytes, declared.group(1)) : Charsets.decode(bytes);
  }
}
