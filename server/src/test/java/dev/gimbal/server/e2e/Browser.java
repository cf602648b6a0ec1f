package dev.gimbal.server.e2e;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A Chromium of this machine with one page, which notes all that a clean page does not do.
///
/// `CHROMIUM` names another one than `/usr/bin/chromium`. Of one thread.
final class Browser implements AutoCloseable {
  /// The browser's own note of an answer that is no success; each test says itself what it expects.
  private static final String REFUSED = "Failed to load resource";

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;
  private final BrowserContext context;
  private final Page page;
  private final List<String> faults = new ArrayList<>();

  private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium, String url) {
    this.playwright = playwright;
    this.chromium = chromium;
    context =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(1280, 800)
                .setLocale("en-GB"));
    context.setDefaultTimeout(60_000);
    page = context.newPage();
    page.onPageError(error -> faults.add("error in the page: " + error));
    page.onConsoleMessage(this::noted);
    page.onRequest(
        request -> {
          if (!request.url().startsWith(url + "/")) {
            faults.add("request to elsewhere: " + request.url());
          }
        });
    page.onResponse(
        response -> {
          if (response.status() >= 500) {
            faults.add(response.status() + " from " + response.url());
          }
        });
  }

  static Browser open(String url) {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Path path = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
    return new Browser(
        playwright,
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(path)
                    .setHeadless(true)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync"))),
        url);
  }

  private void noted(ConsoleMessage message) {
    if (message.type().equals("error") && !message.text().startsWith(REFUSED)) {
      faults.add("in the browser's console: " + message.text());
    }
  }

  Page page() {
    return page;
  }

  /// Errors of the page, broken content security policy, requests to other hosts, failures.
  List<String> faults() {
    return List.copyOf(faults);
  }

  Locator part(String testId) {
    return page.getByTestId(testId);
  }

  /// Those of the named parts that hold a text.
  Locator part(String testId, String text) {
    return part(testId).filter(new Locator.FilterOptions().setHasText(text));
  }

  /// Waits for what a selector names.
  Locator awaited(String selector) {
    Locator found = page.locator(selector);
    found.last().waitFor();
    return found;
  }

  @Override
  public void close() {
    context.close();
    chromium.close();
    playwright.close();
  }
}
