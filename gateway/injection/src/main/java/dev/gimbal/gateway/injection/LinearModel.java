package dev.gimbal.gateway.injection;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/// A logistic regression over [Features], its weights in bytes. A text counts as much as the worst
/// window of [#WINDOW] words in it (the maximum of a bag, as in Andrews et al., "Support Vector
/// Machines for Multiple-Instance Learning", 2003), so that a long text around an attack does not
/// dilute it. Calibrated by Platt's sigmoid. Immutable, thread-safe.
public final class LinearModel {
  /// Words that are judged together.
  public static final int WINDOW = 64;

  private static final int MAGIC = 0x47494a32;
  private static final int SIZE = 1 << Features.BITS;

  private final byte[] weights;
  private final float scale;
  private final Calibration calibration;

  /// What turns a sum of weights into a probability, and where the profiles draw the line.
  ///
  /// @param slope of the sigmoid over the sum of the weights
  /// @param offset of the sigmoid
  /// @param balanced probability from which [Profile#BALANCED] speaks of an attack, 0 to 1
  /// @param strict the same for [Profile#STRICT]
  public record Calibration(double slope, double offset, double balanced, double strict) {}

  /// @param weights one for each feature number, in multiples of `scale`; copied
  /// @param scale what a weight of 1 stands for
  public LinearModel(byte[] weights, float scale, Calibration calibration) {
    if (weights.length != SIZE)
      throw new IllegalArgumentException("weights must be " + SIZE + ", but are " + weights.length);
    this.weights = weights.clone();
    this.scale = scale;
    this.calibration = calibration;
  }

  /// The same weights with another calibration.
  public LinearModel with(Calibration other) {
    return new LinearModel(weights, scale, other);
  }

  /// The sum of the weights in the worst window, over all that a text says ([Views]).
  public double sum(String text) {
    double worst = plainSum(text);
    for (String view : Views.of(text)) worst = Math.max(worst, plainSum(view));
    return worst;
  }

  /// The probability of an attack that a sum stands for.
  public double probability(double sum) {
    return 1 / (1 + StrictMath.exp(-(calibration.slope() * sum + calibration.offset())));
  }

  /// From which probability on a profile speaks of an attack.
  public double threshold(Profile profile) {
    return switch (profile) {
      case BALANCED -> calibration.balanced();
      case STRICT -> calibration.strict();
    };
  }

  private double plainSum(String text) {
    WindowSum sum = new WindowSum(weights);
    new Features(sum).read(text);
    return sum.worst() * (double) scale;
  }

  /// Keeps the last [#WINDOW] words' sums in a ring: constant memory, one pass.
  private static final class WindowSum implements Features.Sink {
    private final byte[] weights;
    private final int[] ring = new int[WINDOW];
    private int words;
    private int word;
    private int window;
    private int worst;

    WindowSum(byte[] weights) {
      this.weights = weights;
    }

    @Override
    public void feature(int number) {
      word += weights[number];
    }

    @Override
    public void endOfWord() {
      int slot = words % WINDOW;
      window += word - ring[slot];
      ring[slot] = word;
      word = 0;
      words++;
      if (words <= WINDOW || window > worst) worst = window;
    }

    int worst() {
      return worst;
    }
  }

  /// Writes what [#read] reads: the gaps between the weights that are not zero, and those.
  public void write(OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.writeInt(MAGIC);
    out.writeFloat(scale);
    out.writeDouble(calibration.slope());
    out.writeDouble(calibration.offset());
    out.writeDouble(calibration.balanced());
    out.writeDouble(calibration.strict());
    int gap = 0;
    for (byte weight : weights) {
      if (weight == 0) {
        gap++;
        continue;
      }
      for (; gap >= 255; gap -= 255) out.writeByte(255);
      out.writeByte(gap);
      out.writeByte(weight);
      gap = 0;
    }
    out.flush();
  }

  /// Reads a whole stream that [#write] wrote.
  ///
  /// @throws IOException if it is of another kind or for another number of features
  public static LinearModel read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    if (in.readInt() != MAGIC) throw new IOException("not the weights of this version");
    float scale = in.readFloat();
    Calibration calibration =
        new Calibration(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
    byte[] weights = new byte[SIZE];
    int at = 0;
    for (int gap = in.read(); gap >= 0; gap = in.read()) {
      at += gap;
      if (gap == 255) continue;
      if (at >= SIZE) throw new IOException("more than " + SIZE + " weights");
      weights[at++] = in.readByte();
    }
    return new LinearModel(weights, scale, calibration);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinearModel that
        && Float.compare(scale, that.scale) == 0
        && calibration.equals(that.calibration)
        && Arrays.equals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(weights);
  }
}
