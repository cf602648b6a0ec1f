package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// What one provider signed goes back to it, and to no other.
class OriginTest {
  private static final Dialect MESSAGES = new MessagesDialect();
  private static final Dialect GEMINI = new GeminiDialect();
  private static final String SIGNATURE = "c2lnbmVk";

  private static final JsonNode GEMINI_ANSWER =
      Samples.tree(
          """
          {"candidates":[{"content":{"role":"model","parts":[
            {"text":"hm","thought":true,"thoughtSignature":"c2lnbmVk"},{"text":"Hi"}]},
            "finishReason":"STOP"}],"modelVersion":"g"}
          """);

  private static JsonNode asked(String signature) {
    return Samples.tree(
        """
        {"model":"m","max_tokens":2000,"messages":[{"role":"user","content":"a"},
          {"role":"assistant","content":[
            {"type":"thinking","thinking":"hm","signature":"%s"},
            {"type":"redacted_thinking","data":"hidden"},
            {"type":"text","text":"Hi"}]},
          {"role":"user","content":"b"}]}
        """
            .formatted(signature));
  }

  @Test
  void shouldGiveASignatureBackToWhoeverMadeItAndTakeItFromOthers() {
    JsonNode answer = new Translation(MESSAGES, GEMINI).answer(GEMINI_ANSWER);
    String shown = answer.at("/content/0/signature").asText();

    assertThat(shown).startsWith(Origin.MARK).isNotEqualTo(SIGNATURE);
    String back =
        new Translation(MESSAGES, GEMINI).request(asked(shown), "g", false).body().toString();
    assertThat(back).contains("\"" + SIGNATURE + "\"").doesNotContain(Origin.MARK);
    Translation.TranslatedRequest elsewhere =
        new Translation(MESSAGES, new ChatDialect()).request(asked(shown), "x", false);
    assertThat(elsewhere.body().toString()).doesNotContain(SIGNATURE).doesNotContain("hidden");
    assertThat(elsewhere.warnings()).contains("messages[].content[].signature");
  }

  @Test
  void shouldTakeWhatBearsNoMarkForTheCallersOwnVendors() {
    String body =
        new Translation(MESSAGES, GEMINI).request(asked(SIGNATURE), "g", false).body().toString();

    assertThat(body).doesNotContain(SIGNATURE);
  }

  @Test
  void shouldMarkInBase64ThatStaysBase64() {
    AnswerEvent.ThinkingSigned signed = new AnswerEvent.ThinkingSigned(0, SIGNATURE);
    AnswerEvent marked = new Translation(GEMINI, MESSAGES).marked(signed);

    assertThat(marked).isInstanceOf(AnswerEvent.ThinkingSigned.class).isNotEqualTo(signed);
    String text = ((AnswerEvent.ThinkingSigned) marked).signature();
    assertThat(Base64.getDecoder().decode(text)).isNotEmpty();
    assertThat(text.length() % 4).isZero();
  }
}
