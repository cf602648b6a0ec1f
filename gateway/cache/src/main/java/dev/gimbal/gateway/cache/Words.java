package dev.gimbal.gateway.cache;

import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Words that change what a question asks, English and Chinese. Keys are folded as
/// [dev.gimbal.platform.text.Tokens#fold] does.
final class Words {
  static final Set<String> NEGATIONS =
      words(
          "not no never without none nobody nothing neither nor cannot cant dont doesnt didnt isnt"
              + " arent wasnt werent wont wouldnt shouldnt couldnt hasnt havent hadnt aint unable"
              + " fail fails failed failing lack lacks lacking");

  /// In which "not" denies nothing.
  static final String[] CHINESE_NOT_NEGATING = {
    "对不起", "不好意思", "不错", "差不多", "不过", "不仅", "不但", "不管", "不同", "无论", "非常", "未来", "特别", "别人", "分别",
    "区别", "级别", "性别", "个别", "类别", "否则", "不断", "不得不"
  };

  static final Set<Integer> CHINESE_NEGATIONS =
      Set.of(
          (int) '不', (int) '没', (int) '無', (int) '无', (int) '非', (int) '未', (int) '别', (int) '勿');

  static final Map<String, String> COMPARISONS =
      classes(
          "up: more greater higher larger bigger above exceed exceeds exceeding longer faster",
          "down: less fewer lower smaller below under shorter slower",
          "max: most maximum max highest largest biggest longest top",
          "min: least minimum min lowest smallest shortest bottom",
          "before: before earlier prior until",
          "after: after later since",
          "first: first earliest oldest",
          "last: last latest newest recent",
          "only: only solely exclusively",
          "except: except excluding besides",
          "including: including",
          "all: all every each entire",
          "best: best better",
          "worst: worst worse");

  static final Map<String, String> CHINESE_COMPARISONS =
      classes(
          "up: 大于 超过 高于 多于 以上 更多 更大 更高 至少",
          "down: 小于 低于 少于 不到 以下 更少 更小 更低 至多",
          "max: 最大 最多 最高 最长 最强",
          "min: 最小 最少 最低 最短 最弱",
          "before: 之前 以前",
          "after: 之后 以后",
          "first: 最早 首次 第一次",
          "last: 最新 最近 最后 最晚",
          "only: 只有 仅仅 只能",
          "except: 除了 除外",
          "all: 所有 全部 每个",
          "best: 最好 更好",
          "worst: 最差 最坏");

  static final Map<String, String> TIMES =
      classes(
          "january: january jan 一月 1月",
          "february: february feb 二月 2月",
          "march: march",
          "april: april apr",
          "june: june jun",
          "july: july jul",
          "august: august aug",
          "september: september sept sep",
          "october: october oct",
          "november: november nov",
          "december: december dec",
          "monday: monday mon 星期一 周一",
          "tuesday: tuesday tue 星期二 周二",
          "wednesday: wednesday wed 星期三 周三",
          "thursday: thursday thu 星期四 周四",
          "friday: friday fri 星期五 周五",
          "saturday: saturday sat 星期六 周六",
          "sunday: sunday sun 星期日 星期天 周日",
          "weekend: weekend weekends 周末",
          "today: today 今天 今日",
          "tomorrow: tomorrow 明天 明日",
          "yesterday: yesterday 昨天 昨日",
          "tonight: tonight 今晚",
          "morning: morning 早上 上午",
          "afternoon: afternoon 下午",
          "evening: evening 晚上",
          "this-year: 今年",
          "last-year: 去年",
          "next-year: 明年",
          "this-week: 本周 这周",
          "last-week: 上周",
          "next-week: 下周",
          "this-month: 本月 这个月",
          "last-month: 上月 上个月",
          "next-month: 下月 下个月",
          "past: ago previous past",
          "next: next upcoming");

  static final Map<String, String> UNITS =
      classes(
          "usd: usd dollar dollars 美元 美金",
          "eur: eur euro euros 欧元",
          "gbp: gbp pound pounds sterling 英镑",
          "cny: cny rmb yuan 元 人民币",
          "jpy: jpy yen 日元",
          "cent: cent cents",
          "percent: percent percentage 百分之",
          "second: seconds sec secs",
          "minute: minute minutes mins 分钟",
          "hour: hour hours hr hrs 小时 钟头",
          "day: day days 天",
          "week: week weeks 周 星期",
          "month: month months 个月",
          "year: year years yr yrs 年",
          "km: km kilometer kilometers kilometre kilometres 公里 千米",
          "m: meter meters metre metres 米",
          "cm: cm centimeter centimeters centimetre centimetres 厘米",
          "mile: mile miles 英里",
          "foot: foot feet ft 英尺",
          "inch: inch inches 英寸",
          "kg: kg kilogram kilograms kilo kilos 公斤 千克",
          "gram: gram grams 克",
          "lb: lb lbs",
          "liter: liter liters litre litres 升",
          "celsius: celsius 摄氏",
          "fahrenheit: fahrenheit 华氏",
          "kb: kb kilobyte kilobytes",
          "mb: mb megabyte megabytes",
          "gb: gb gigabyte gigabytes",
          "tb: tb terabyte terabytes");

  /// Words that take each other's place with the opposite meaning: `concept: these | those`.
  static final Map<String, String> POLES =
      poles(
          "able: enable enabled enabling activate activated activation | disable disabled disabling"
              + " deactivate deactivated deactivation",
          "open: open opened opening unlock unlocked unblock unblocked | close closed closing lock"
              + " locked block blocked",
          "buy: buy buying bought purchase purchased | sell selling sold",
          "add: add added adding insert create created | remove removed removing delete deleted",
          "start: start started starting begin | stop stopped stopping end ended finish",
          "grow: increase increased increasing raise raised rise | decrease decreased decreasing"
              + " reduce reduced drop",
          "in: deposit deposited topup | withdraw withdrew withdrawal withdrawn",
          "log: login signin | logout signout",
          "load: upload uploaded | download downloaded",
          "port: import imported | export exported",
          "send: send sent sending | receive received receiving",
          "lend: lend lent lending | borrow borrowed borrowing",
          "accept: accept accepted accepting approve approved allow allowed | reject rejected decline"
              + " declined deny denied refuse refused forbid forbidden",
          "crypt: encrypt encrypted encryption | decrypt decrypted decryption",
          "turn: on | off",
          "vertical: up | down",
          "win: win won winning | lose lost losing",
          "able2: possible legal valid safe secure | impossible illegal invalid unsafe insecure",
          "cheap: cheap cheaper cheapest | expensive costly",
          "hot: hot hotter heat | cold colder cool",
          "sub: subscribe subscribed | unsubscribe unsubscribed cancel cancelled canceled",
          "install: install installed | uninstall uninstalled",
          "side: left | right",
          "kind: public | private");

  static final Map<String, String> CHINESE_POLES =
      poles(
          "able: 启用 激活 开启 打开 | 禁用 停用 关闭",
          "buy: 购买 买入 买 | 出售 卖出 卖",
          "add: 增加 添加 新增 | 删除 移除 减少",
          "start: 开始 启动 | 结束 停止 终止",
          "grow: 上涨 上升 提高 提升 | 下跌 下降 降低",
          "in: 存款 存入 充值 | 取款 取出 提现",
          "log: 登录 登入 | 退出 登出 注销",
          "load: 上传 | 下载",
          "port: 导入 进口 | 导出 出口",
          "send: 发送 寄出 | 接收 收到",
          "accept: 接受 同意 允许 批准 | 拒绝 反对 禁止 驳回",
          "crypt: 加密 | 解密",
          "win: 赢 胜利 | 输 失败",
          "open: 解锁 | 锁定 冻结",
          "possible: 优点 好处 优势 | 缺点 坏处 劣势",
          "cheap: 便宜 | 昂贵",
          "sub: 订阅 | 取消 退订",
          "install: 安装 | 卸载",
          "side: 左 | 右");

  /// Phrases first, then words; what is none of them leaves the kind of question open.
  static final Map<String, String> QUESTIONS =
      classes("when: when", "where: where", "who: who whom whose", "why: why");

  static final Map<String, String> QUESTION_PHRASES =
      phrases(
          "when: what time|what date|what day|which day|which year|what year|which month|什么时候|何时|几点|哪天|哪一天|哪年|哪一年|几号",
          "where: what place|which place|what location|哪里|哪儿|何处|什么地方|在哪",
          "who: which person|what person|哪位|什么人|谁",
          "why: what reason|how come|what caused|为什么|为何|为啥|什么原因",
          "how-long: how long|what duration|多久|多长时间",
          "how-often: how often|how frequently",
          "how-many: how many|how much|what number|what amount|多少|几个|几天|几次|几种",
          "how-far: how far|多远",
          "how-old: how old|多大年纪|几岁");

  /// What carries no meaning of its own between two ways to ask the same.
  static final Set<String> EMPTY =
      words(
          "a an the i me my mine we us our you your it its this that these those is are was were be"
              + " been being am do does did done doing can could will would shall should may might must"
              + " have has had having to of for in at by with from as about into onto please kindly hi"
              + " hello hey thanks thank tell let know want need like there here so then just also and or"
              + " but if when where who why what which how whats hows s t d ll m re ve if get got some any"
              + " would any whether anyone somebody someone way ways possible question help");

  static final String CHINESE_EMPTY = "的了吗呢吧啊呀请问一下我你您他她它们这那个是在有要想能会可以怎么如何怎样什么哪与和及或就都也还得地着过把被给对为";

  /// Behind which stands one side of a relation that is not the other.
  static final Set<String> DIRECTIONS = words("from to into than before after over versus vs");

  static final Set<String> PLACES = places();

  private Words() {}

  private static Set<String> words(String text) {
    return Set.copyOf(new HashSet<>(Arrays.asList(text.split(" "))));
  }

  private static Map<String, String> classes(String... lines) {
    Map<String, String> classes = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      for (String word : line.substring(colon + 1).strip().split(" ")) {
        classes.put(word, line.substring(0, colon));
      }
    }
    return Map.copyOf(classes);
  }

  private static Map<String, String> phrases(String... lines) {
    Map<String, String> phrases =
        new TreeMap<>(
            (one, other) ->
                one.length() != other.length()
                    ? Integer.compare(other.length(), one.length())
                    : one.compareTo(other));
    for (String line : lines) {
      int colon = line.indexOf(':');
      for (String phrase : line.substring(colon + 1).strip().split("\\|")) {
        phrases.put(phrase, line.substring(0, colon));
      }
    }
    return Collections.unmodifiableMap(phrases);
  }

  private static Map<String, String> poles(String... lines) {
    Map<String, String> poles = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      String[] sides = line.substring(colon + 1).split("\\|");
      for (int side = 0; side < sides.length; side++) {
        for (String word : sides[side].strip().split(" ")) {
          poles.put(word, line.substring(0, colon) + (side == 0 ? "+" : "-"));
        }
      }
    }
    return Map.copyOf(poles);
  }

  /// Countries and currencies in both languages, as the Java platform knows them.
  private static Set<String> places() {
    Set<String> places = new HashSet<>();
    for (String code : Locale.getISOCountries()) {
      Locale country = Locale.of("", code);
      places.add(country.getDisplayCountry(Locale.ENGLISH).toLowerCase(Locale.ROOT));
      places.add(country.getDisplayCountry(Locale.SIMPLIFIED_CHINESE));
    }
    for (Currency currency : Currency.getAvailableCurrencies()) {
      places.add(currency.getCurrencyCode().toLowerCase(Locale.ROOT));
    }
    for (String word :
        new String[] {"all", "try", "top", "ang", "bam", "mop", "pen", "sos", "cup"}) {
      places.remove(word);
    }
    for (String city :
        ("北京 上海 天津 重庆 广东 广州 深圳 江苏 南京 苏州 浙江 杭州 四川 成都 湖北 武汉 湖南 长沙 福建"
                + " 厦门 山东 青岛 济南 河南 郑州 河北 陕西 西安 山西 安徽 合肥 江西 南昌 辽宁 沈阳 大连"
                + " 吉林 长春 黑龙江 哈尔滨 云南 昆明 贵州 贵阳 广西 南宁 海南 甘肃 兰州 青海 宁夏 新疆"
                + " 西藏 内蒙古 香港 澳门 台湾 台北 london paris berlin tokyo sydney chicago boston"
                + " seattle shanghai beijing moscow madrid rome dublin texas california florida ohio"
                + " england scotland wales europe asia africa uk usa eu")
            .split(" ")) {
      places.add(city);
    }
    return Set.copyOf(places);
  }
}
