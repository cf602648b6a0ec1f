package dev.gimbal.benchmarks.injection;

import dev.gimbal.gateway.injection.LinearModel;
import dev.gimbal.gateway.injection.Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Makes the classifier's weights from `benchmarks/injection` and puts them into its module.
///
///     TrainInjection ROOT
public final class TrainInjection {
  /// Both models, by the names of their files.
  static final List<String> MODELS = List.of("direct", "indirect");

  private static final long SEED = 20_261_122;
  private static final int BINS = 10;
  private static final String RESOURCES =
      "gateway/injection/src/main/resources/dev/gimbal/gateway/injection";

  private TrainInjection() {}

  /// @param arguments the root of the source tree
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    PrintStream out = System.out;
    for (String name : MODELS) {
      List<Sample> samples = TrainingTexts.of(root.resolve("benchmarks/injection"), name, SEED);
      LinearModel model = Trainer.train(samples, SEED);
      byte[] bytes = bytes(model);
      Files.write(file(root, name), bytes);
      out.printf(Locale.ROOT, "%s: %,d texts, %,d bytes%n", name, samples.size(), bytes.length);
      print(out, model, samples);
      calibration(out, model, samples);
    }
  }

  /// Where the weights of a model stand.
  static Path file(Path root, String name) {
    return root.resolve(RESOURCES).resolve(name + ".weights");
  }

  /// Trains a model and gives its bytes, as [#main] writes them.
  static byte[] trained(Path root, String name) throws IOException {
    List<Sample> samples = TrainingTexts.of(root.resolve("benchmarks/injection"), name, SEED);
    return bytes(Trainer.train(samples, SEED));
  }

  private static byte[] bytes(LinearModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.write(out);
    return out.toByteArray();
  }

  private static void print(PrintStream out, LinearModel model, List<Sample> samples) {
    Map<String, int[]> kinds = new TreeMap<>();
    for (Sample sample : samples) {
      int[] counts =
          kinds.computeIfAbsent((sample.hostile() ? "+" : "-") + sample.kind(), key -> new int[3]);
      if (!sample.heldBack()) continue;
      double score = model.probability(model.sum(sample.text()));
      counts[0]++;
      if (score >= model.threshold(Profile.BALANCED)) counts[1]++;
      if (score >= model.threshold(Profile.STRICT)) counts[2]++;
    }
    out.printf(
        Locale.ROOT,
        "  thresholds: balanced %.4f, strict %.4f%n",
        model.threshold(Profile.BALANCED),
        model.threshold(Profile.STRICT));
    kinds.forEach(
        (kind, counts) ->
            out.printf(
                Locale.ROOT,
                "  %-24s held back %5d, taken for attacks %5d balanced, %5d strict%n",
                kind,
                counts[0],
                counts[1],
                counts[2]));
  }

  /// How often what got a score was an attack, among what was held back.
  private static void calibration(PrintStream out, LinearModel model, List<Sample> samples) {
    int[] texts = new int[BINS];
    int[] hostile = new int[BINS];
    for (Sample sample : samples) {
      if (!sample.heldBack()) continue;
      double score = model.probability(model.sum(sample.text()));
      int bin = Math.min(BINS - 1, (int) (score * BINS));
      texts[bin]++;
      if (sample.hostile()) hostile[bin]++;
    }
    out.println("  score        texts  attacks");
    for (int bin = 0; bin < BINS; bin++)
      out.printf(
          Locale.ROOT,
          "  %.1f to %.1f  %6d  %5.1f %%%n",
          bin / (double) BINS,
          (bin + 1) / (double) BINS,
          texts[bin],
          texts[bin] == 0 ? 0 : 100.0 * hostile[bin] / texts[bin]);
  }
}
