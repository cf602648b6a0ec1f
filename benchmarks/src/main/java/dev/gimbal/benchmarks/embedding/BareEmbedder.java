package dev.gimbal.benchmarks.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// The embedding model alone, on the very texts that a running server embedded for a collection:
/// the same ONNX file and tokenizer, nothing else. Tries settings on a sample, then runs the
/// fastest over all texts, and prints texts a second.
///
///     BareEmbedder DATA COLLECTION [SAMPLE]
public final class BareEmbedder {
  private static final String MODEL = "bge-small-en-v1.5";
  private static final String RESOURCE = "/bge-small-en-v1.5-q";
  private static final long SAMPLE_NANOS = 8_000_000_000L;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final HuggingFaceTokenizer tokenizer;
  private final byte[] onnx;

  private BareEmbedder() throws IOException {
    try (InputStream json = resource("-tokenizer.json");
        InputStream file = resource(".onnx")) {
      this.tokenizer =
          HuggingFaceTokenizer.newInstance(
              json, Map.of("maxLength", "512", "truncation", "true", "padding", "false"));
      this.onnx = file.readAllBytes();
    }
  }

  /// @param threads runs side by side
  /// @param intra threads of one run
  /// @param batch texts of one run, of like length
  private record Setting(int threads, int intra, int batch) {
    @Override
    public String toString() {
      return threads
          + " x "
          + intra
          + " threads, "
          + (batch == 1 ? "single" : "batches of " + batch);
    }
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> texts = texts(Path.of(arguments[0]), arguments[1]);
    int sample = arguments.length < 3 ? 300 : Integer.parseInt(arguments[2]);
    new BareEmbedder().run(texts, sample, out);
  }

  private void run(List<String> texts, int sample, PrintStream out) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    List<Setting> settings = new ArrayList<>();
    settings.add(new Setting(cores, 1, 1));
    settings.add(new Setting(1, cores, 1));
    settings.add(new Setting(cores, 1, 8));
    settings.add(new Setting(1, cores, 16));
    int step = Math.max(1, texts.size() / sample);
    List<String> some = new ArrayList<>();
    for (int at = 0; at < texts.size(); at += step) {
      some.add(texts.get(at));
    }
    Setting best = settings.getFirst();
    double most = 0;
    for (Setting setting : settings) {
      double rate = rate(setting, some, SAMPLE_NANOS);
      out.printf(Locale.ROOT, "sample %s: %.1f texts/s%n", setting, rate);
      if (rate > most) {
        most = rate;
        best = setting;
      }
    }
    out.printf(
        Locale.ROOT, "best %.2f %d %s%n", rate(best, texts, Long.MAX_VALUE), texts.size(), best);
  }

  /// @param atMost nanoseconds after which no further text is begun
  private double rate(Setting setting, List<String> texts, long atMost) throws Exception {
    List<List<String>> batches = batches(setting, texts);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(setting.intra());
      options.setInterOpNumThreads(1);
      try (OrtSession session = environment.createSession(onnx, options);
          ExecutorService threads = Executors.newFixedThreadPool(setting.threads())) {
        embed(session, texts.subList(0, 1));
        long started = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < setting.threads(); thread++) {
          work.add(
              () -> {
                for (int at = next.getAndIncrement();
                    at < batches.size() && System.nanoTime() - started < atMost;
                    at = next.getAndIncrement()) {
                  embed(session, batches.get(at));
                  done.addAndGet(batches.get(at).size());
                }
                return 0;
              });
        }
        for (Future<Integer> one : threads.invokeAll(work)) {
          one.get();
        }
        return done.get() / ((System.nanoTime() - started) / 1e9);
      }
    }
  }

  /// Of like length where there are several, so that little is padded.
  private static List<List<String>> batches(Setting setting, List<String> texts) {
    List<String> ordered = new ArrayList<>(texts);
    if (setting.batch() > 1) {
      ordered.sort(Comparator.comparingInt(String::length).reversed());
    }
    List<List<String>> batches = new ArrayList<>();
    for (int at = 0; at < ordered.size(); at += setting.batch()) {
      batches.add(ordered.subList(at, Math.min(ordered.size(), at + setting.batch())));
    }
    return batches;
  }

  private void embed(OrtSession session, List<String> texts) throws OrtException {
    List<Encoding> encodings = texts.stream().map(tokenizer::encode).toList();
    int width = encodings.stream().mapToInt(one -> one.getIds().length).max().orElse(0);
    long[][] ids = new long[texts.size()][width];
    long[][] mask = new long[texts.size()][width];
    long[][] types = new long[texts.size()][width];
    for (int at = 0; at < texts.size(); at++) {
      long[] own = encodings.get(at).getIds();
      System.arraycopy(own, 0, ids[at], 0, own.length);
      java.util.Arrays.fill(mask[at], 0, own.length, 1);
    }
    try (OnnxTensor first = OnnxTensor.createTensor(environment, ids);
        OnnxTensor second = OnnxTensor.createTensor(environment, mask);
        OnnxTensor third = OnnxTensor.createTensor(environment, types);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", first, "attention_mask", second, "token_type_ids", third))) {
      float[] vector = new float[384];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(vector);
    }
  }

  /// What the server handed to its embedder, read from the database of a running server.
  private static List<String> texts(Path data, String collection) throws IOException, SQLException {
    String url =
        "jdbc:postgresql://127.0.0.1:"
            + Json.tree(Files.readString(data.resolve("server.json"))).path("database_port").asInt()
            + "/postgres";
    String password = Files.readString(data.resolve("postgres.password")).strip();
    List<String> texts = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "gimbal", password);
        PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT c.context,
                       substr(t.content, c.start_at + 1, c.end_at - c.start_at)
                FROM knowledge.chunk c
                JOIN knowledge.version v ON v.tenant_id = c.tenant_id AND v.id = c.version_id
                JOIN knowledge.collection k ON k.tenant_id = v.tenant_id AND k.id = v.collection_id
                JOIN (SELECT tenant_id, version_id, string_agg(content, '' ORDER BY part) AS content
                      FROM knowledge.text_part GROUP BY tenant_id, version_id) t
                  ON t.tenant_id = v.tenant_id AND t.version_id = v.id
                WHERE k.name = ? AND c.model = ?
                ORDER BY v.id, c.ordinal
                """)) {
      query.setString(1, collection);
      query.setString(2, "local/" + MODEL);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          String context = rows.getString(1);
          String text = rows.getString(2);
          texts.add(context.isBlank() ? text : context + "\n" + text);
        }
      }
    }
    return texts;
  }

  private static InputStream resource(String suffix) throws IOException {
    InputStream stream = BareEmbedder.class.getResourceAsStream(RESOURCE + suffix);
    if (stream == null) {
      throw new IOException("the class path lacks " + RESOURCE + suffix);
    }
    return stream;
  }
}
