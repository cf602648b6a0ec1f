package dev.gimbal.gateway.provider.fake;

import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the scripted models say. The same call always gets the same answer, and every answer says
/// that no model wrote it.
enum Script {
  /// Repeats what the user said last.
  ECHO("echo") {
    @Override
    String answer(String said) {
      return LABEL + "you said: " + said;
    }
  },
  /// One of a few fixed sentences.
  SCRIPTED("scripted") {
    @Override
    String answer(String said) {
      return LABEL + LINES.get(Math.floorMod(said.hashCode(), LINES.size()));
    }
  },
  /// The first sentence of the first passage that the question came with, cited as `[1]`, so that
  /// generated answers can be tried. Without passages it says so.
  QUOTE("quote") {
    @Override
    String answer(String said) {
      Matcher passage = PASSAGE.matcher(said);
      return passage.find()
          ? LABEL + firstSentence(passage.group(1)) + " [1]"
          : LABEL + "the question came without passages.";
    }
  };

  private static final String LABEL = "Scripted answer, no model: ";
  private static final List<String> LINES =
      List.of(
          "this stands where a model's answer will stand.",
          "declare a provider to get a real answer.",
          "the same question always gets this line.");

  /// Passages as the knowledge room marks them: a line `<<<passage 1 CODE>>>`, perhaps a line in
  /// round brackets that says where it stands, then the text.
  private static final Pattern PASSAGE =
      Pattern.compile(
          "<<<passage 1 [^>]*>>>\\n(?:\\([^\\n]*\\)\\n)?(.*?)\\n<<<end of ", Pattern.DOTALL);

  private final String model;

  Script(String model) {
    this.model = model;
  }

  String model() {
    return model;
  }

  abstract String answer(String said);

  private static String firstSentence(String text) {
    String flat = text.replaceAll("\\s+", " ").strip();
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(flat);
    sentences.first();
    int end = sentences.next();
    return (end == BreakIterator.DONE ? flat : flat.substring(0, end)).strip();
  }
}
