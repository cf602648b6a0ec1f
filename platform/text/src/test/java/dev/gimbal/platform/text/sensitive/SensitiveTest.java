package dev.gimbal.platform.text.sensitive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.text.sensitive.Sensitive.Finding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SensitiveTest {
  private static final long MOST_LOOKS = 300;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "NINO AB123456C or AB 12 34 56 C | UK_NINO AB123456C; UK_NINO AB 12 34 56 C",
        "NHS number 943 476 5919 | UK_NHS 943 476 5919",
        "Steuer-ID: 86095742719 | DE_TAX_ID 86095742719",
        "NIR 255081416802538 | FR_NIR 255081416802538",
        "DNI 12345678Z, 12345678-Z | ES_DNI 12345678Z; ES_DNI 12345678-Z",
        "NIE X1234567L | ES_NIE X1234567L",
        "CF RSSMRA85T10A562S | IT_FISCAL_CODE RSSMRA85T10A562S",
        "BSN 111222333 | NL_BSN 111222333",
        "PESEL 44051401359 | PL_PESEL 44051401359",
        "CPF 529.982.247-25 | BR_CPF 529.982.247-25",
        "CNPJ 11.222.333/0001-81 | BR_CNPJ 11.222.333/0001-81",
        "Aadhaar 2341 2341 2346 | IN_AADHAAR 2341 2341 2346",
        "PAN ABCPE1234F | IN_PAN ABCPE1234F",
        "SIN 130 692 544 | CA_SIN 130 692 544",
        "TFN 123 456 782 | AU_TFN 123 456 782",
        "Medicare 2123 45670 1 | AU_MEDICARE 2123 45670 1",
        "RRN 900101-1234568 | KR_RRN 900101-1234568",
        "マイナンバー 123456789018 | JP_MY_NUMBER 123456789018",
        "NRIC S1234567D | SG_NRIC S1234567D",
        "统一社会信用代码91350100M000100Y43。 | CN_SOCIAL_CREDIT_CODE 91350100M000100Y43",
        "车牌京A12345和粤B·D12345 | CN_VEHICLE_PLATE 京A12345; CN_VEHICLE_PLATE 粤B·D12345",
        "ITIN 912-70-1234 | US_ITIN 912-70-1234",
        "passport no. 123456789 | PASSPORT 123456789",
        "Ask Mary Smith or Mr. Zuckerman. | PERSON Mary Smith; PERSON Zuckerman",
        "我叫王小明，请找李经理 | PERSON 王小明; PERSON 李",
        "I live at 12 Baker Street, London. | ADDRESS 12 Baker Street, London",
        "at Hauptstraße 12, 10115 Berlin. | ADDRESS Hauptstraße 12, 10115",
        "12 Rue de la Paix, Paris | ADDRESS 12 Rue de la Paix, Paris",
        "地址：上海市浦东新区世纪大道100号，谢谢 | ADDRESS 上海市浦东新区世纪大道100号",
        "born on 3 May 1990, 出生日期：1990年5月3日 "
            + "| DATE_OF_BIRTH 3 May 1990; DATE_OF_BIRTH 1990年5月3日"
      })
  void shouldKnowWhatHasAFormAndWhatStandsBesideItsWord(String text, String found) {
    assertThat(said(text, Sensitive.find(text, EnumSet.allOf(Entity.class)))).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NHS 9434765918, Steuer-ID 86095742718 and 12345678A fail their checks",
        "order 111222333 and 86095742719 and 123456789018 say not what they are",
        "The Smith River, the King of May, mark my words, I will",
        "meeting on 1990-05-03, 3 May 1990",
        "京A line, 王 and 先生",
        "12 Angry Men, 3 Big Ideas"
      })
  void shouldLeaveAloneWhatOnlyLooksLikeIt(String text) {
    assertThat(Sensitive.find(text, EnumSet.allOf(Entity.class))).isEmpty();
  }

  @Test
  void shouldFindTheSameHoweverATextIsCutAndHoldNoMoreThanItSays() {
    Random random = new Random(11);
    for (int round = 0; round < 400; round++) {
      String text = random(random);
      List<Finding> whole = Sensitive.find(text, EnumSet.allOf(Entity.class));
      assertThat(cut(text, random)).as(text).isEqualTo(whole);
    }
  }

  private static List<Finding> cut(String whole, Random random) {
    SensitiveScan scan = new SensitiveScan(EnumSet.allOf(Entity.class));
    Text text = new Text();
    List<Finding> found = new ArrayList<>();
    int[] decided = {0};
    SensitiveScan.Sink sink =
        (start, end, entity, more) -> {
          assertThat(start).isGreaterThanOrEqualTo(decided[0]);
          Finding last = more ? found.removeLast() : null;
          found.add(new Finding(last == null ? start : last.start(), end, entity));
        };
    int from = 0;
    while (from < whole.length()) {
      int to = Math.min(whole.length(), from + 1 + random.nextInt(random.nextBoolean() ? 2 : 40));
      text.append(whole.substring(from, to));
      from = to;
      decided[0] = scan.advance(text, false, sink);
      assertThat(text.end() - decided[0]).isLessThanOrEqualTo(SensitiveScan.MOST_HELD);
      text.forget(decided[0]);
    }
    scan.advance(text, true, sink);
    return found;
  }

  private static String random(Random random) {
    String[] parts = {
      "ann@example.com",
      "4111 1111 1111 1111",
      "+44 20 7946 0958",
      "sk-proj-Ab3dEf6hIj9kLmN0pQrS",
      "DE89 3704 0044 0532 0130 00",
      "John Smith",
      "my name is ",
      "我叫王小明",
      "先生",
      " ",
      " ",
      ", ",
      "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
      "password: ",
      "x",
      "eyJ" + "aB3".repeat(200),
      "a".repeat(100),
      "1".repeat(30),
      ".",
      "@",
      "https://u:pw1@h/",
      "密码是",
      "12 Baker Street",
      "地址：上海市浦东新区世纪大道100号",
      "born ",
      "1990-05-03",
      "2001:db8::1",
      "Mr. ",
      "Bearer abc123def456",
      "AB 12 34 56 C",
      "é",
      "NHS 943 476 5919",
      "key=Zx81kQw93LmP27"
    };
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  private static String said(String text, List<Finding> found) {
    return String.join(
        "; ",
        found.stream().map(f -> f.entity() + " " + text.substring(f.start(), f.end())).toList());
  }

  /// Counted, not timed: each of these makes some pattern look far ahead or back in vain.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "1",
        "1 ",
        "1-",
        "a@",
        "a.",
        "@a.",
        "a-",
        "sk-",
        "sk_a",
        "key=",
        "key=a1",
        "eyJ.",
        "a:",
        "1:",
        "1.",
        "::",
        "://",
        "://a:",
        "-----BEGIN A KEY-----",
        "-----BEGIN ",
        "DE89 ",
        "bearer ",
        "basic a",
        "+1",
        "(1",
        "(",
        "4111 ",
        "41111111111111111",
        "密码是",
        "password is ",
        "tel 1",
        "电话",
        "0086",
        "0 1",
        "2001:",
        "'",
        "\\\"",
        "ab12cd34-",
        "111111118 ",
        "John ",
        "王",
        "地址",
        "1 Main ",
        "born 1990-1-1 ",
        "京A1",
        "AB 12 34 56 "
      })
  void shouldLookAtEachCharacterOnlySoOften(String hostile) {
    long once = looked(hostile, 1 << 15);
    long twice = looked(hostile, 1 << 16);

    assertThat(twice).isLessThan(MOST_LOOKS << 16).isLessThan(once * 9 / 4);
  }

  @Test
  void shouldLookAtAMegabyteOfHostileTextOnlySoOften() {
    Random random = new Random(7);
    String alphabet = "a1@.:-+/= \"'(密码key电话王A";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1 << 20; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }

    assertThat(looked(text.toString())).isLessThan(MOST_LOOKS << 20);
  }

  private static long looked(String repeated, int length) {
    return looked(repeated.repeat(length / repeated.length()));
  }

  private static long looked(String whole) {
    Text text = new Text(whole);
    new SensitiveScan(EnumSet.allOf(Entity.class)).advance(text, true, (a, b, c, d) -> {});
    return text.looked();
  }

  @Test
  void shouldFindTheSameWhereItPassesOverDullWords() {
    String[] parts = {
      "the",
      "order",
      "was",
      "my",
      "name",
      "is",
      "token",
      "key",
      "secret",
      "bearer",
      "basic",
      "password",
      "dapi",
      "hvs",
      "sk",
      "de",
      "in",
      "born",
      "passport",
      "john",
      "John",
      "Smith",
      "12345678Z",
      "4111111111111111",
      "a1b2c3d4e5f6a7b8c9d0",
      "x9Yt2Qp8Zr4Lm6",
      "@example.org",
      "credentials",
      "private",
      "mr",
      "nhs",
      "943 476 5919",
      "王小明",
      "密码",
      "e",
      "don't",
      "eyJ"
    };
    String[] joins = {" ", " ", " ", ", ", ". ", "\n", ": ", "=", ".", "-", "_", "", "  ", " is "};
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int part = 0; part < 12; part++) {
        text.append(parts[random.nextInt(parts.length)]);
        text.append(joins[random.nextInt(joins.length)]);
      }
      assertThat(found(text.toString(), true))
          .as(text.toString())
          .isEqualTo(found(text.toString(), false));
    }
  }

  private static List<Finding> found(String text, boolean hurries) {
    List<Finding> found = new ArrayList<>();
    new SensitiveScan(EnumSet.allOf(Entity.class), hurries)
        .advance(
            new Text(text),
            true,
            (start, end, entity, more) -> found.add(new Finding(start, end, entity)));
    return found;
  }
}
