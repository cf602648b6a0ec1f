package dev.gimbal.evaluation.retrieval;

import java.util.Arrays;
import java.util.Random;

/// A mean with its 95 % interval by the percentile bootstrap (Efron 1979): 2,000 samples of the
/// queries with replacement, from a fixed seed, so that the same figures give the same interval.
public record Interval(double mean, double low, double high) {
  private static final int SAMPLES = 2_000;
  private static final long SEED = 20_261_122L;

  /// @param values one a query, at least one
  public static Interval of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must not be empty");
    }
    Random random = new Random(SEED);
    double[] means = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      double sum = 0;
      for (int draw = 0; draw < values.length; draw++) {
        sum += values[random.nextInt(values.length)];
      }
      means[sample] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(
        Arrays.stream(values).average().orElseThrow(),
        means[SAMPLES * 25 / 1000],
        means[SAMPLES * 975 / 1000 - 1]);
  }
}
