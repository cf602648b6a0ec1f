package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// What a person does on the first day, in a real browser, on the packaged server.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserEndToEndIT {
  private static final String QUESTION = "What does the answer's last byte wait for?";

  @TempDir static Path data;
  private static PackagedServer server;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(data, Map.of());
    browser = Browser.open(server.url());
    signIn();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    server.close();
  }

  @Test
  @Order(1)
  void shouldLoadTheDemonstrationWithOneClickAndAnswerFromItWithPlacesThatOpen() throws Exception {
    browser.part("demonstration").click();
    browser.part("question").waitFor();

    browser.part("question").fill(QUESTION);
    browser.part("send").click();
    Locator answer = browser.awaited("[data-testid=turn-application][data-state=done]");

    assertThat(answer.getAttribute("data-kind")).isEqualTo("quoted");
    JsonNode citations = citationsOfTheConversation();
    Locator chips = answer.getByTestId("citation");
    assertThat(citations).isNotEmpty();
    assertThat(chips.count()).isGreaterThanOrEqualTo(citations.size());
    chips.first().click();
    Locator cited = browser.part("source-panel").getByTestId("cited");
    cited.waitFor();
    assertThat(cited.textContent()).isEqualTo(citations.get(0).path("quote").asText());
    assertThat(cited.boundingBox().y).as("the place is in sight").isBetween(0.0, 800.0);
    assertClean();
  }

  @Test
  @Order(2)
  void shouldOpenTheTraceOfAnAnswerAsAWaterfallOfItsSteps() {
    browser.part("trace-link").last().click();
    browser.part("waterfall").waitFor();

    assertThat(browser.part("step").count()).isGreaterThan(1);
    assertThat(browser.page().url()).contains("/traces/");
    browser.part("step").last().click();
    browser.part("step-detail").waitFor();
    assertClean();
  }

  @Test
  @Order(3)
  void shouldShowANewKeyOnceThatWorksUntilItIsRevoked() throws Exception {
    browser.part("nav-keys").click();
    browser.part("new-key").click();
    browser.part("key-name").fill("reporting");
    browser.part("key-create").click();
    String secret = browser.part("key-secret").textContent();
    assertThat(server.send(secret, "GET", "/api/collections", null).status()).isEqualTo(200);
    browser.part("key-kept").click();
    assertThat(browser.page().content()).doesNotContain(secret);

    browser.part("key-row", "reporting").getByTestId("key-revoke").click();
    browser.part("confirm-go").click();
    browser
        .part("key-row", "reporting")
        .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    assertThat(server.send(secret, "GET", "/api/collections", null).status()).isEqualTo(401);
    assertClean();
  }

  @Test
  @Order(4)
  void shouldTakeFilesIntoANewCollectionAndSayWhyABrokenOneFailed() {
    browser.part("nav-library").click();
    browser.part("new-collection").click();
    browser.part("collection-name").fill("field-notes");
    browser.part("collection-create").click();
    browser
        .part("file-input")
        .setInputFiles(
            new FilePayload[] {
              file("pumps.md", "text/markdown", "# Pumps\n\nPump 7 is serviced every 90 days.\n"),
              file("broken.pdf", "application/pdf", "%PDF-1.7\nthis never was a document")
            });

    Locator upload = browser.awaited("[data-testid=upload][data-state=ended]");
    assertThat(upload.textContent())
        .contains("broken.pdf")
        .contains("1 document processed", "1 failed", "document_unreadable");
    browser.part("document-row", "pumps.md").locator("[data-state=ready]").waitFor();
    browser.part("document-row", "broken.pdf").locator("[data-state=failed]").waitFor();
    assertClean();
  }

  @Test
  @Order(5)
  void shouldSpeakChineseInTheDarkAndStillDoSoAfterAReload() {
    browser.part("language").click();
    browser.part("theme").click();
    browser.part("theme-dark").click();
    browser.page().reload();

    browser.part("nav-library", "文库").waitFor();
    Locator page = browser.page().locator("html");
    assertThat(page.getAttribute("lang")).isEqualTo("zh-Hans");
    assertThat(page.getAttribute("data-mantine-color-scheme")).isEqualTo("dark");
    browser.part("nav-status").click();
    browser.part("status").waitFor();
    assertThat(browser.part("models").textContent()).contains("bge-small-zh");
    assertClean();
  }

  private static void signIn() {
    browser.page().navigate(server.url());
    browser.part("signin-key").fill(server.key());
    browser.part("signin-submit").click();
    browser.part("account").waitFor();
  }

  /// What the server itself keeps of the conversation in sight.
  private static JsonNode citationsOfTheConversation() throws Exception {
    browser.page().waitForURL("**/ask/cnv_*");
    String address = browser.page().url();
    String conversation = address.substring(address.indexOf("cnv_"));
    JsonNode turns = server.get("/api/conversations/" + conversation).body().path("turns");
    return turns.get(turns.size() - 1).path("citations");
  }

  private static void assertClean() {
    assertThat(browser.faults()).isEmpty();
  }

  private static FilePayload file(String name, String type, String text) {
    return new FilePayload(name, type, text.getBytes(StandardCharsets.UTF_8));
  }
}
