package dev.gimbal.benchmarks.injection;

import dev.gimbal.gateway.injection.Features;
import dev.gimbal.gateway.injection.LinearModel;
import dev.gimbal.gateway.injection.LinearModel.Calibration;
import dev.gimbal.gateway.injection.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Trains a [LinearModel]: logistic regression by FTRL-Proximal with L1 and L2 (McMahan et al.,
/// "Ad Click Prediction: a View from the Trenches", 2013), each text learned by the window that is
/// worst at the time. Then the weights become bytes, and Platt's sigmoid and the thresholds are
/// fitted on what was held back. One thread, [StrictMath], no clock: the same texts give the same
/// bytes.
final class Trainer {
  private static final double ALPHA = 0.03;
  private static final double BETA = 1;
  private static final double L1 = 1;
  private static final double L2 = 5;
  private static final int EPOCHS = 4;
  private static final int LARGEST = 127;
  private static final int SIGMOID_STEPS = 20;

  private final double[] z = new double[1 << Features.BITS];
  private final double[] n = new double[1 << Features.BITS];
  private double bias;
  private double biasSquares;
  private final Words words = new Words();

  static LinearModel train(List<Sample> samples, long seed) {
    List<Sample> learned =
        new ArrayList<>(samples.stream().filter(sample -> !sample.heldBack()).toList());
    Trainer trainer = new Trainer();
    Random random = new Random(seed);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Collections.shuffle(learned, random);
      for (Sample sample : learned) trainer.learn(sample);
    }
    return calibrated(trainer.quantised(), samples.stream().filter(Sample::heldBack).toList());
  }

  private void learn(Sample sample) {
    words.read(sample.text());
    int last = worstWindow();
    int from = words.begin(Math.max(0, last - LinearModel.WINDOW + 1));
    int to = words.end(last);
    double sum = bias;
    for (int at = from; at < to; at++) sum += weight(words.number(at));
    double error = 1 / (1 + StrictMath.exp(-sum)) - (sample.hostile() ? 1 : 0);
    if (Math.abs(error) < 1e-3) return;
    for (int at = from; at < to; at++) update(words.number(at), error);
    biasSquares += error * error;
    bias -= ALPHA * error / (BETA + Math.sqrt(biasSquares));
  }

  private int worstWindow() {
    int best = Math.min(words.count(), LinearModel.WINDOW) - 1;
    if (words.count() <= LinearModel.WINDOW) return best;
    double[] sums = new double[words.count()];
    double window = 0;
    double worst = Double.NEGATIVE_INFINITY;
    for (int word = 0; word < sums.length; word++) {
      for (int at = words.begin(word); at < words.end(word); at++)
        sums[word] += weight(words.number(at));
      window += sums[word];
      if (word >= LinearModel.WINDOW) window -= sums[word - LinearModel.WINDOW];
      if (word >= LinearModel.WINDOW - 1 && window > worst) {
        worst = window;
        best = word;
      }
    }
    return best;
  }

  private double weight(int feature) {
    double steep = z[feature];
    if (Math.abs(steep) <= L1) return 0;
    return -(steep - Math.signum(steep) * L1) / ((BETA + Math.sqrt(n[feature])) / ALPHA + L2);
  }

  private void update(int feature, double gradient) {
    double squares = n[feature] + gradient * gradient;
    double sigma = (Math.sqrt(squares) - Math.sqrt(n[feature])) / ALPHA;
    z[feature] += gradient - sigma * weight(feature);
    n[feature] = squares;
  }

  private LinearModel quantised() {
    double largest = 0;
    for (int feature = 0; feature < z.length; feature++)
      largest = Math.max(largest, Math.abs(weight(feature)));
    float scale = (float) (largest / LARGEST);
    byte[] bytes = new byte[z.length];
    for (int feature = 0; feature < z.length; feature++)
      bytes[feature] = (byte) Math.round(weight(feature) / scale);
    return new LinearModel(bytes, scale, new Calibration(1, 0, 0.5, 0.5));
  }

  private static LinearModel calibrated(LinearModel raw, List<Sample> heldBack) {
    double[] sums = heldBack.stream().mapToDouble(sample -> raw.sum(sample.text())).toArray();
    double[] sigmoid = sigmoid(sums, heldBack);
    LinearModel model = raw.with(new Calibration(sigmoid[0], sigmoid[1], 0.5, 0.5));
    double[] harmless =
        IntStream.range(0, sums.length)
            .filter(at -> !heldBack.get(at).hostile())
            .mapToDouble(at -> model.probability(sums[at]))
            .sorted()
            .toArray();
    return raw.with(
        new Calibration(
            sigmoid[0],
            sigmoid[1],
            threshold(harmless, Profile.BALANCED),
            threshold(harmless, Profile.STRICT)));
  }

  /// Newton's method on Platt's two parameters.
  private static double[] sigmoid(double[] sums, List<Sample> samples) {
    double slope = 1;
    double offset = 0;
    for (int step = 0; step < SIGMOID_STEPS; step++) {
      double gradientSlope = 0;
      double gradientOffset = 0;
      double hessianSlope = 1e-6;
      double hessianBoth = 0;
      double hessianOffset = 1e-6;
      for (int at = 0; at < sums.length; at++) {
        double likely = 1 / (1 + StrictMath.exp(-(slope * sums[at] + offset)));
        double error = likely - (samples.get(at).hostile() ? 1 : 0);
        double curve = likely * (1 - likely);
        gradientSlope += error * sums[at];
        gradientOffset += error;
        hessianSlope += curve * sums[at] * sums[at];
        hessianBoth += curve * sums[at];
        hessianOffset += curve;
      }
      double determinant = hessianSlope * hessianOffset - hessianBoth * hessianBoth;
      slope -= (hessianOffset * gradientSlope - hessianBoth * gradientOffset) / determinant;
      offset -= (hessianSlope * gradientOffset - hessianBoth * gradientSlope) / determinant;
    }
    return new double[] {slope, offset};
  }

  private static double threshold(double[] harmless, Profile profile) {
    int at = (int) Math.ceil(harmless.length * (1 - profile.overDefence())) - 1;
    return Math.min(0.999999, Math.nextUp(harmless[Math.max(0, at)]));
  }

  /// The features of a text by word, in buffers that are used again.
  private static final class Words implements Features.Sink {
    private int[] features = new int[1 << 12];
    private int[] ends = new int[1 << 9];
    private int size;
    private int count;

    void read(String text) {
      size = 0;
      count = 0;
      new Features(this).read(text);
    }

    @Override
    public void feature(int number) {
      if (size == features.length) features = Arrays.copyOf(features, 2 * size);
      features[size++] = number;
    }

    @Override
    public void endOfWord() {
      if (count == ends.length) ends = Arrays.copyOf(ends, 2 * count);
      ends[count++] = size;
    }

    int count() {
      return count;
    }

    int begin(int word) {
      return word <= 0 ? 0 : ends[word - 1];
    }

    int end(int word) {
      return word < 0 ? 0 : ends[word];
    }

    int number(int at) {
      return features[at];
    }
  }
}
