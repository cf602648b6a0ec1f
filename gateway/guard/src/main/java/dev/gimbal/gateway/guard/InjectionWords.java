package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.WordSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Words that attempts to take a model over are made of, by what they do in them, and the orders
/// in which they make one. Written for this from the published kinds of attack (OWASP LLM01:2025;
/// Perez and Ribeiro 2022); no row of a measuring set went into them.
final class InjectionWords {
  private static final int OVERRIDE = 1;
  private static final int SCOPE = 1 << 1;
  private static final int TARGET = 1 << 2;
  private static final int REVEAL = 1 << 3;
  private static final int SECRET = 1 << 4;
  private static final int PROMPT = 1 << 5;
  private static final int BECOME = 1 << 6;
  private static final int UNBOUND = 1 << 7;
  private static final int DECODE = 1 << 8;
  private static final int OBEY = 1 << 9;
  private static final int SEND = 1 << 10;
  private static final int WITHOUT = 1 << 11;
  private static final int LIMITS = 1 << 12;
  private static final int YOUR = 1 << 13;
  private static final int ASKS = 1 << 14;
  private static final int NOW = 1 << 15;
  private static final int ENCODED = 1 << 16;

  /// The shortest and longest Chinese word among them.
  static final int LONGEST_HAN = 6;

  /// One kind of attack: words of these sorts, in this order.
  ///
  /// @param gap words that may stand between two of them, one less
  record Order(String kind, int gap, int... sorts) {}

  static final List<Order> ORDERS =
      List.of(
          new Order("instruction_override", 4, OVERRIDE, SCOPE, TARGET),
          new Order("prompt_extraction", 5, REVEAL, SECRET, PROMPT),
          new Order("prompt_extraction", 3, REVEAL, YOUR, PROMPT),
          new Order("prompt_extraction", 4, ASKS, YOUR, SECRET, PROMPT),
          new Order("role_play", 12, BECOME, UNBOUND),
          new Order("role_play", 8, BECOME, WITHOUT, LIMITS),
          new Order("role_play", 3, UNBOUND, NOW),
          new Order("encoded_payload", 8, DECODE, OBEY),
          new Order("encoded_payload", 8, DECODE, ENCODED, OBEY),
          new Order("exfiltration", 6, SEND, SECRET, PROMPT));

  private static final Map<Long, Integer> SORTS = new HashMap<>();

  /// No word of small letters is longer.
  private static final int LONGEST = 31;

  /// By length, first and last letter: what [#mayMatter] looks up.
  private static final boolean[] OUTLINES = new boolean[1 << 15];

  static {
    add(
        OVERRIDE,
        "ignore disregard forget override bypass neglect discard overrule ignoring forgetting");
    add(OVERRIDE, "忽略 无视 無視 忘记 忘記 忘掉 抛开 抛弃 不要理会 不用理会 不必遵守 不要遵守 跳过 推翻");
    add(
        SCOPE,
        "previous prior above earlier preceding foregoing all any your initial original existing");
    add(SCOPE, "之前 以上 上述 前面 所有 先前 原来 原先 你的 全部 此前 一切 上面");
    add(TARGET, "instructions instruction prompt prompts rules guidelines directives constraints");
    add(TARGET, "restrictions guardrails safeguards programming policies commands orders training");
    add(TARGET, "指令 提示 提示词 提示詞 规则 規則 设定 設定 限制 指示 约束 命令 规定");
    add(
        REVEAL,
        "reveal show print output repeat display tell leak disclose expose dump share recite");
    add(REVEAL, "输出 輸出 显示 告诉 透露 打印 泄露 展示 复述 公开 说出 重复");
    add(SECRET, "system hidden secret initial internal confidential developer original preset");
    add(SECRET, "系统 系統 隐藏 初始 内部 开发者 机密 保密 预设");
    add(PROMPT, "prompt prompts instructions instruction message rules configuration directive");
    add(PROMPT, "提示词 提示詞 提示 指令 设定 规则 指示");
    add(BECOME, "pretend act roleplay simulate become behave imagine");
    add(BECOME, "扮演 假装 假裝 充当 模拟 你现在是 从现在起 从现在开始 你将成为");
    add(UNBOUND, "dan jailbroken unrestricted unfiltered uncensored jailbreak amoral unaligned");
    add(UNBOUND, "不受限制 没有限制 无限制 越狱 开发者模式 毫无限制 不受约束 没有任何限制");
    add(DECODE, "decode decrypt unscramble deobfuscate base64 rot13 解码 解密");
    add(ENCODED, "base64 rot13 hex hexadecimal binary morse");
    add(OBEY, "follow execute obey comply perform run 执行 遵守 照做");
    add(SEND, "send email post upload forward transmit exfiltrate 发送 上传 转发");
    add(WITHOUT, "without no never free 没有 不受 无需 不用");
    add(
        LIMITS,
        "restrictions limits limitations filters rules guidelines ethics morals 限制 约束 规则 道德");
    add(YOUR, "your");
    add(ASKS, "what whats");
    add(NOW, "now mode enabled 现在 模式");
  }

  /// What stands in front of text that claims to come from the system.
  static final List<String> FAKE_ROLES =
      List.of(
          "<|im_start|>",
          "<|im_end|>",
          "<|system|>",
          "<|endoftext|>",
          "<<sys>>",
          "[/inst]",
          "[inst]",
          "### system:",
          "### instruction:",
          "[system]:",
          "[system message]",
          "<system>",
          "end of system prompt",
          "begin new instructions",
          "new system prompt:",
          "do anything now",
          "developer mode enabled",
          "你现在处于开发者模式",
          "新的系统提示");

  private InjectionWords() {}

  private static void add(int sort, String words) {
    for (String word : words.split(" ")) {
      SORTS.merge(WordSet.of(word), sort, (a, b) -> a | b);
      if (word.chars().allMatch(c -> c >= 'a' && c <= 'z')) {
        OUTLINES[outline(word.charAt(0), word.charAt(word.length() - 1), word.length())] = true;
      }
    }
  }

  private static int outline(char first, char last, int length) {
    return length << 10 | (first - 'a') << 5 | (last - 'a');
  }

  /// Whether a word of small letters may be one of these; false for most words of plain prose.
  static boolean mayMatter(char first, char last, int length) {
    return length <= LONGEST && OUTLINES[outline(first, last, length)];
  }

  /// The sorts of the word of a hash, as bits.
  static int sorts(long hash) {
    return TABLE.get(hash);
  }

  private static final Table TABLE = new Table(SORTS);

  /// Asked at each word of each prompt: without boxes.
  private static final class Table {
    private final long[] keys;
    private final int[] values;

    Table(Map<Long, Integer> entries) {
      keys = new long[Integer.highestOneBit(entries.size() * 8)];
      values = new int[keys.length];
      entries.forEach(
          (key, value) -> {
            int slot = slot(key);
            keys[slot] = key;
            values[slot] = value;
          });
    }

    int get(long key) {
      return values[slot(key)];
    }

    private int slot(long key) {
      int slot = (int) (key ^ key >>> 32) & keys.length - 1;
      while (values[slot] != 0 && keys[slot] != key) {
        slot = slot + 1 & keys.length - 1;
      }
      return slot;
    }
  }
}
