package dev.gimbal.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.cache.SameQuestion.Difference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameQuestionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Can I transfer 500 dollars? | Can I transfer 5,000 dollars? | NUMBER",
        "Wait three days? | Wait four days? | NUMBER",
        "What happened in 1998? | What happened in 1999? | NUMBER",
        "第三季度的收入是多少 | 第四季度的收入是多少 | NUMBER",
        "三百元的订单怎么退款 | 五百元的订单怎么退款 | NUMBER",
        "What is due in March? | What is due in April? | TIME",
        "Are you open on Monday? | Are you open on Tuesday? | TIME",
        "今天的天气怎么样 | 明天的天气怎么样 | TIME",
        "2024年5月的销量 | 2024年6月的销量 | TIME",
        "Is 10 kg allowed? | Is 10 lbs allowed? | UNIT",
        "跑5公里要花几天 | 跑5英里要花几天 | UNIT",
        "Who is the CEO of Apple? | Who is the CEO of Tesla? | NAME",
        "what is the visa fee for france | what is the visa fee for germany | NAME",
        "北京有哪些景点 | 上海有哪些景点 | NAME",
        "iPhone怎么截图 | iPad怎么截图 | NAME",
        "Is it allowed to smoke? | Is it not allowed to smoke? | NEGATION",
        "Why does my card work? | Why doesn't my card work? | NEGATION",
        "这个产品可以退货吗 | 这个产品不可以退货吗 | NEGATION",
        "Which plan costs more than 10 euros? | Which plan costs less than 10 euros? | COMPARISON",
        "What is the maximum? | What is the minimum? | COMPARISON",
        "年龄大于18岁的用户 | 年龄小于18岁的用户 | COMPARISON",
        "When did she marry? | Where did she marry? | QUESTION",
        "他什么时候出生 | 他在哪里出生 | QUESTION",
        "How long is the film? | How old is the film? | QUESTION",
        "How do I enable roaming? | How do I disable roaming? | OPPOSITE",
        "怎么启用双重验证 | 怎么关闭双重验证 | OPPOSITE",
        "Move money from savings to checking | Move money from checking to savings | ROLE",
        "Did Alice beat Bob, or Carl? | Did Bob beat Alice, or Carl? | ROLE",
        "从北京飞上海 | 从上海飞北京 | ROLE",
        "How do I order a passport | How do I order a card | WORD",
        "怎么申请护照 | 怎么申请驾照 | WORD"
      })
  void shouldTellApartWhatAsksForSomethingElse(String one, String other, Difference difference) {
    assertThat(SameQuestion.differ(one, other)).contains(difference);
    assertThat(SameQuestion.differ(other, one)).contains(difference);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "How do I reset my password? | Please, how can I reset the password?",
        "Can I transfer $5,000? | can i transfer 5000 dollars",
        "Wait three weeks for my card? | wait 3 weeks for my card",
        "Meeting on 2024-03-05? | Meeting on March 5 2024?",
        "What's the fee in France? | what is the fee in FRANCE",
        "Can't I pay by card? | Can I not pay by card?",
        "怎么重置密码 | 请问如何重置密码呢",
        "我能不能退货 | 我是否能退货",
        "三百元怎么退款 | 300元如何退款",
        "２０２４年的年假 | 2024年的年假",
        "What time does the shop open? | When does the shop open?",
        "I want to activate my new card | i am activating my new card"
      })
  void shouldLetPassWhatAsksTheSame(String one, String other) {
    assertThat(SameQuestion.differ(one, other)).isEmpty();
  }
}
