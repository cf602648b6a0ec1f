package dev.gimbal.knowledge.core.answers;

/// What speaks for an answer in the passages that were found.
///
/// The weights are a logistic regression over the 250 questions of a public handbook, each asked
/// once of all documents and once with its documents really removed; `docs/BENCHMARKS.md` has the
/// figures on questions that were held out. The signals are shares, and standings against what
/// else was found, so they mean the same in another collection and with another embedding model.
/// Chinese questions have weights of their own, fitted on half of a public set whose distractors
/// speak of the same thing: there nearness says little, and the share that is held nearly all.
/// They are not asked of small collections, which hold few such distractors: a question in other
/// words than the document's would be refused there.
///
/// @param chinese whether the question is Chinese and the collection not small
/// @param first share of the question, by the rarity of its terms, that the first passage holds
/// @param sentence the largest share that one sentence holds, with the headings above it
/// @param mass the most that one passage holds, in terms that nothing else in the collection holds
/// @param nearness how far the nearest sentence stands out from the middle of what was found, to 1;
///     for a Chinese question that found fewer than ten passages, the nearest passage from the
///     others; NaN without vectors
record Signals(boolean chinese, double first, double sentence, double mass, double nearness) {
  static final Signals NOTHING = new Signals(false, 0, 0, 0, Double.NaN);

  private static final double MOST_MASS = 6;

  /// How likely the passages answer, 0 to 1.
  double strength() {
    double held = Math.min(MOST_MASS, mass);
    boolean words = Double.isNaN(nearness);
    double sum;
    if (chinese) {
      sum =
          words
              ? -6.399 + 2.558 * first + 4.247 * sentence + 0.343 * held
              : -6.525 + 2.563 * first + 4.122 * sentence + 0.299 * held + 0.739 * nearness;
    } else {
      sum =
          words
              ? -4.831 + 2.216 * first + 3.776 * sentence + 1.099 * held
              : -5.570 + 1.446 * first + 3.007 * sentence + 1.168 * held + 4.767 * nearness;
    }
    return 1 / (1 + Math.exp(-sum));
  }
}
