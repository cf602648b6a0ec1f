package dev.gimbal.knowledge.core.answers;

import dev.gimbal.platform.text.Sentences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A passage that was read: its units with their terms, and how near each lies to the question.
/// For one thread.
final class Passage {
  private final Evidence evidence;
  private final List<Sentences.Range> units;
  private final List<Set<String>> terms = new ArrayList<>();
  private final Set<String> context;
  private final Set<String> all;
  private final double[] nearness;

  Passage(Evidence evidence) {
    this.evidence = evidence;
    this.units = Units.of(evidence.text());
    this.context = Terms.held(evidence.context());
    this.all = new HashSet<>(context);
    for (Sentences.Range unit : units) {
      Set<String> held = Terms.held(evidence.text().substring(unit.start(), unit.end()));
      terms.add(held);
      all.addAll(held);
    }
    this.nearness = new double[units.size()];
  }

  Evidence evidence() {
    return evidence;
  }

  List<Sentences.Range> units() {
    return units;
  }

  /// A unit as it stands.
  String text(int unit) {
    return evidence.text().substring(units.get(unit).start(), units.get(unit).end());
  }

  /// What a unit holds.
  Set<String> terms(int unit) {
    return terms.get(unit);
  }

  /// What title and headings hold.
  Set<String> context() {
    return context;
  }

  /// What context and text hold.
  Set<String> all() {
    return all;
  }

  /// How near a unit lies to the question; 0 if that is not known.
  double nearness(int unit) {
    return nearness[unit];
  }

  void near(int unit, double value) {
    nearness[unit] = value;
  }

  /// A unit as it is embedded: under its heading, without which many a sentence says little.
  String embedded(int unit) {
    String text = text(unit);
    String path = evidence.context().lines().findFirst().orElse("");
    int last = path.lastIndexOf(" > ");
    String heading = last < 0 ? path : path.substring(last + 3);
    return heading.isBlank() ? text : heading + "\n" + text;
  }
}
