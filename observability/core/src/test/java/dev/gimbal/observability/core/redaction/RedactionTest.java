package dev.gimbal.observability.core.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.core.redaction.Redaction.Redacted;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "Write to ann.o'neil+x@mail.example.co.uk. | Write to [email].",
        "邮箱ann@例子.com不对，用ann@example.com吧 | 邮箱ann@例子.com不对，用[email]吧",
        "13812345678@qq.com | [email]",
        "手机13812345678。 | 手机[phone]。",
        "电话１３８１２３４５６７８ | 电话[phone]",
        "call +86 138-1234-5678 now | call [phone] now",
        "0086 13812345678 | [phone]",
        "+44 (0)20 7946 0958, ask Bob | [phone], ask Bob",
        "(212) 555-0199 or 212.555.0199 | [phone] or [phone]",
        "Büro 030 12345678, 010-62345678 | Büro [phone], [phone]",
        "phone: 5551234 | phone: [phone]",
        "card 4111 1111 1111 1111 exp 12/27 | card [card] exp 12/27",
        "3782 822463 10005; 5555-5555-5555-4444 | [card]; [card]",
        "卡号6200000000000005。 | 卡号[card]。",
        "12 4111111111111111 | 12 [card]",
        "DE89 3704 0044 0532 0130 00 please | [iban] please",
        "iban=GB82WEST12345698765432, | iban=[iban],",
        "身份证11010519491231002X吗 | 身份证[id number]吗",
        "id 110105 19491231 002x | id [id number]",
        "SSN 219-09-9999. | SSN [id number].",
        "from 203.0.113.7:8080 | from [ip]:8080",
        "at 2001:db8::ff00:42:8329, fe80::1 | at [ip], [ip]",
        "sk-proj-Ab3dEf6hIj9kLmN0pQrS | [secret]",
        "AKIAIOSFODNN7EXAMPLE is it | [secret] is it",
        "Authorization: Bearer abc123def456 | Authorization: Bearer [secret]",
        "api_key=Zx81kQw93LmP27 ok | api_key=[secret] ok",
        "password: hunter2, right? | password: [secret], right?",
        "密码是hunter22。 | 密码是[secret]。",
        "postgres://bob:s3cr3t@db/x | postgres://bob:[secret]@db/x",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3 | [secret]"
      })
  void shouldPutALabelInPlaceOfWhatHasAForm(String text, String left) {
    assertThat(Redaction.text(text)).isEqualTo(left);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Order 4111111111111112 of 2026-11-22 14:26:55, no. 20261122142655",
        "order 1234567890, invoice 100-2000-30, part 12-345-678",
        "version 1.2.3.4, v10.0.0.1, 版本1.2.3.4, 1.2.3, 1.2.3.4.5 and 256.1.1.1",
        "01-02-2026 10:30, 22/11/2026, 12:30:45",
        "110105194912310021 fails its check digit; 110105199913310024, 110105194902310026 and "
            + "110105174912310021 pass it, but were never born",
        "DE88370400440532013000 fails mod 97, XY1234567890123456 is no country",
        "550e8400-e29b-41d4-a716-446655440000 and trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "@ann, a@b, pkg@1.2.3 and C++ std::vector, Face::Book",
        "The password is required. Reset your password: please use the form.",
        "sk-learn-tutorial-2024-edition, the key is important, token: 42, key=abc",
        "bearer of good news, basic understanding, monkey: banana",
        "0.4111111111111111 and 3.14159265358979, 000-12-3456",
        "1732286815000 ms, 1732286815 s, population 1 402 112 000",
        "手机号码的格式是什么？密码是什么？"
      })
  void shouldLeaveAloneWhatOnlyLooksLikeIt(String text) {
    assertThat(Redaction.text(text)).isEqualTo(text);
  }

  @Test
  void shouldTakeAPrivateKeyWithItsArmour() {
    assertThat(
            Redaction.text(
                "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\ny"))
        .isEqualTo("x\n[secret]\ny");
  }

  @Test
  void shouldKeepTheStructureOfJson() {
    assertThat(
            body(
                """
                {"model":"m","n":2,"user":"ann@example.com","phone":"5551234567","password":"x y z1",
                 "mobile_number":13812345678,"prompt":[101,2023,102],"ann@example.com":true,
                 "messages":[{"role":"user","content":[
                   {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],
                 "arguments":"{\\"to\\":\\"ann\\\\u0040example.com\\"}"}"""))
        .isEqualTo(
            """
            {"model":"m","n":2,"user":"[email]","phone":"[phone]","password":"[secret]",\
            "mobile_number":"[phone]","prompt":"[tokens]","[email]":true,\
            "messages":[{"role":"user","content":[\
            {"type":"image_url","image_url":{"url":"[data]"}}]}],\
            "arguments":"{\\"to\\":\\"[email]\\"}"}""");
  }

  @Test
  void shouldFindWhatIsCutBetweenTwoEventsOfAStream() {
    StringBuilder stream = new StringBuilder(": keep-alive\n\n");
    String said = "Your card 4111 1111 1111 1111, ann@example.com.";
    for (int i = 0; i < said.length(); i++) {
      stream
          .append("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"")
          .append(said.charAt(i))
          .append("\"}},{\"index\":1,\"delta\":{\"content\":\"b\"}}]}\n\n");
    }
    stream.append("data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"total_tokens\":9}}\n\n");
    assertThat(body(stream + "data: [DONE]\n\n"))
        .isEqualTo(
            """
            data: {"id":"c","choices":[{"index":0,"delta":{"content":"Your card [card], [email]."}},\
            {"index":1,"delta":{"content":"%s"}}],"usage":{"total_tokens":9}}

            data: [DONE]

            """
                .formatted("b".repeat(said.length())));
  }

  @Test
  void shouldFindWhatIsCutBetweenTwoElementsOfGeminisArray() {
    assertThat(
            body(
                """
                [{"candidates":[{"content":{"parts":[{"text":"Write to ann@exa"}]}}]},
                 {"candidates":[{"content":{"parts":[{"text":"mple.com."}]}}],"modelVersion":"m"}]"""))
        .isEqualTo(
            """
            {"candidates":[{"content":{"parts":[{"text":"Write to [email]."}]}}],"modelVersion":"m"}""");
  }

  @Test
  void shouldFindWhatIsCutBetweenTwoEventsOfAnthropicsAndGeminisStreams() {
    assertThat(
            body(
                """
                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ann@exa"}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"mple.com"}}

                """))
        .contains("[email]")
        .doesNotContain("exa");
    assertThat(
            body(
                """
                data: {"candidates":[{"content":{"parts":[{"text":"ann@exa"}]}}]}

                data: {"candidates":[{"content":{"parts":[{"text":"mple.com"}]}}]}

                """))
        .contains("[email]")
        .doesNotContain("exa");
  }

  @Test
  void shouldKeepTheTextsOfSeveralThingsInAStreamApart() {
    String stream =
        """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ann@exa"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"partial_json":"{\\"a\\":\\"138123"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"mple.com"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"partial_json":"45678\\"}"}}

        data: {"type":"content_blo""";
    assertThat(body(stream))
        .contains("\"text\":\"[email]\"", "\"partial_json\":\"{\\\"a\\\":\\\"[phone]\\\"}\"")
        .endsWith(": the last event was cut\n\n");
  }

  @Test
  void shouldHashWhatItCannotLookAtAndSayWhy() {
    byte[] picture = {(byte) 0x89, 'P', 'N', 'G', 0};
    assertHashed(Redaction.body(picture, true), "not text");
    assertHashed(Redaction.body(new byte[] {'a', 0x1F, 'b'}, true), "not text");
    assertHashed(Redaction.body(bytes("{\"a\":\"ann@example.com"), true), "neither JSON nor");
    assertHashed(Redaction.body(bytes("data: ann@example.com\n\ndata: {}\n\n"), true), "neither");
    assertHashed(Redaction.body(bytes("{\"a\":\"cut"), false), "too long to look at");
  }

  private static void assertHashed(Redacted left, String reason) {
    assertThat(left.hashed()).isTrue();
    assertThat(new String(left.body(), StandardCharsets.UTF_8))
        .matches("sha256:[0-9a-f]{64} \\(.*")
        .contains(reason)
        .doesNotContain("ann@");
  }

  private static String body(String body) {
    Redacted left = Redaction.body(bytes(body), true);
    assertThat(left.hashed()).isFalse();
    return new String(left.body(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
