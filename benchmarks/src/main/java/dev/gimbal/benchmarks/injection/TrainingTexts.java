package dev.gimbal.benchmarks.injection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes the texts that a classifier is trained on: the same ones for the same files and seed.
/// Every sixth template, and every sixth text of the packages, is held back whole.
final class TrainingTexts {
  private static final int EACH_RULE = 3_400;
  private static final int MIXTURES = 6_000;
  private static final int HELD_BACK_ONE_OF = 6;
  private static final int HELD_BACK_AT = 3;
  private static final int DISGUISED_ONE_OF = 9;

  private final Grammar grammar;
  private final List<String> dialogs;
  private final List<String> manuals;
  private final Random random;
  private final List<Sample> samples = new ArrayList<>();

  private TrainingTexts(Path folder, long seed) throws IOException {
    grammar = Grammar.read(folder.resolve("grammar"));
    dialogs = lines(folder.resolve("benign/dialogs.txt"));
    manuals = lines(folder.resolve("benign/manuals.txt"));
    random = new Random(seed);
  }

  /// @param folder `benchmarks/injection`
  /// @param model `direct` or `indirect`
  static List<Sample> of(Path folder, String model, long seed) throws IOException {
    TrainingTexts texts = new TrainingTexts(folder, seed);
    for (String rule : texts.grammar.rules("+" + model + ".")) texts.rule(rule, true);
    for (String rule : texts.grammar.rules("-" + model + ".")) texts.rule(rule, false);
    texts.packages();
    texts.mixtures();
    return List.copyOf(texts.samples);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> line.replace("\\n", "\n")).toList();
  }

  private void rule(String rule, boolean hostile) {
    List<String> alternatives = grammar.alternatives(rule);
    for (int count = 0; count < EACH_RULE; count++) {
      String alternative = alternatives.get(count % alternatives.size());
      boolean heldBack = alternatives.indexOf(alternative) % HELD_BACK_ONE_OF == HELD_BACK_AT;
      String text = grammar.expand(alternative, random);
      if (random.nextInt(4) == 0) text = amidst(text, heldBack);
      add(text, hostile, heldBack, rule.substring(1));
    }
  }

  /// Something harmless before it, after it or both, as a caller pastes things.
  private String amidst(String text, boolean heldBack) {
    String before = anyOf(random.nextBoolean() ? manuals : dialogs, heldBack);
    String after = anyOf(random.nextBoolean() ? manuals : dialogs, heldBack);
    String between = random.nextBoolean() ? "\n" : " ";
    return switch (random.nextInt(3)) {
      case 0 -> before + between + text;
      case 1 -> text + between + after;
      default -> before + between + text + between + after;
    };
  }

  private String anyOf(List<String> lines, boolean heldBack) {
    while (true) {
      String line = lines.get(random.nextInt(lines.size()));
      if (heldBack(line) == heldBack) return line;
    }
  }

  private void packages() {
    for (String line : dialogs) add(line, false, heldBack(line), "dialogs");
    for (String line : manuals) add(line, false, heldBack(line), "manuals");
  }

  private void mixtures() {
    for (int count = 0; count < MIXTURES; count++) {
      boolean heldBack = count % HELD_BACK_ONE_OF == 0;
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(6); piece >= 0; piece--)
        text.append(anyOf(random.nextInt(3) == 0 ? dialogs : manuals, heldBack))
            .append(random.nextBoolean() ? "\n" : " ");
      add(text.toString(), false, heldBack, "mixtures");
    }
  }

  private void add(String text, boolean hostile, boolean heldBack, String kind) {
    String disguised = random.nextInt(DISGUISED_ONE_OF) == 0 ? Disguise.of(text, random) : text;
    samples.add(new Sample(disguised, hostile, heldBack, kind));
  }

  private static boolean heldBack(String text) {
    return Math.floorMod((text.hashCode() * 0x9e3779b1) >> 8, HELD_BACK_ONE_OF) == 0;
  }
}
