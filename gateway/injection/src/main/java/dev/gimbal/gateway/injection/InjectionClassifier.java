package dev.gimbal.gateway.injection;

import dev.gimbal.gateway.guard.TextClassifier;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Says how much a text looks like a prompt injection. Pure, thread-safe, linear in the text, no
/// regular expressions; tens of microseconds for a usual prompt. What it knows and what it misses
/// stands in `docs/models/injection.md`.
public final class InjectionClassifier implements TextClassifier {
  private final String name;
  private final LinearModel model;

  private InjectionClassifier(String name, LinearModel model) {
    this.name = name;
    this.model = model;
  }

  /// For what a caller says to a model: overriding instructions, role play without rules, asking
  /// for the hidden prompt. A request as such is no attack.
  public static InjectionClassifier direct() {
    return Direct.INSTANCE;
  }

  /// For what is only to be read: retrieved text, results of tools, documents, mail. Here any
  /// order to the model that reads it is an attack.
  public static InjectionClassifier indirect() {
    return Indirect.INSTANCE;
  }

  /// `injection` or `injection-indirect`.
  @Override
  public String name() {
    return name;
  }

  /// From 0 (harmless) to 1; calibrated on texts like those it was trained on.
  @Override
  public double score(String text) {
    return model.probability(model.sum(text));
  }

  /// The score from which on a profile speaks of an attack.
  public double threshold(Profile profile) {
    return model.threshold(profile);
  }

  private static InjectionClassifier load(String name, String file) {
    try (InputStream in = InjectionClassifier.class.getResourceAsStream(file)) {
      if (in == null) throw new IllegalStateException("the weights " + file + " are missing");
      return new InjectionClassifier(name, LinearModel.read(new BufferedInputStream(in)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static final class Direct {
    static final InjectionClassifier INSTANCE = load("injection", "direct.weights");
  }

  private static final class Indirect {
    static final InjectionClassifier INSTANCE = load("injection-indirect", "indirect.weights");
  }
}
