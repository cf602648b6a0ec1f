package dev.gimbal.server;

import dev.gimbal.platform.config.ByteSize;
import dev.gimbal.platform.config.Doc;
import dev.gimbal.platform.config.Secret;
import dev.gimbal.platform.http.HttpConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything that `gimbal.yaml` and the environment can say. What a room makes of it is the room's
/// own record; this one only gives it names and words for `docs/CONFIGURATION.md`.
public record GimbalConfig(
    HttpConfig server,
    DatabaseSettings database,
    GatewaySettings gateway,
    KnowledgeSettings knowledge,
    EvidenceSettings evidence,
    RetentionSettings retention,
    AlertSettings alerts,
    TelemetrySettings telemetry,
    @Doc("How long running calls and jobs may take to end when the server stops.")
        Duration drainTime) {

  public static final GimbalConfig DEFAULT =
      new GimbalConfig(
          HttpConfig.DEFAULT,
          DatabaseSettings.DEFAULT,
          GatewaySettings.DEFAULT,
          KnowledgeSettings.DEFAULT,
          EvidenceSettings.DEFAULT,
          RetentionSettings.DEFAULT,
          AlertSettings.DEFAULT,
          TelemetrySettings.DEFAULT,
          Duration.ofSeconds(30));

  /// Which database.
  public record DatabaseSettings(
      @Doc(
              "Your own PostgreSQL 15 or newer, as jdbc:postgresql://HOST:PORT/DATABASE; without it an embedded one runs in the data directory.")
          @Nullable String url,
      @Doc("Login that owns the database.") String user,
      @Doc("Its password; env:NAME and file:/path are followed.") @Nullable Secret password,
      @Doc("Most connections at a time, 2 to 500.") int connections) {
    public static final DatabaseSettings DEFAULT = new DatabaseSettings(null, "gimbal", null, 20);
  }

  /// Models.
  public record GatewaySettings(
      @Doc("Whether providers may point at loopback and private addresses.")
          boolean allowPrivateUpstreams,
      @Doc("Whether the scripted models fake/… are offered.") boolean scriptedModels,
      @Doc("Time until the first event of an upstream's answer.") Duration firstByte,
      @Doc("Time that an upstream may be silent after that.") Duration silence,
      @Doc("Time of a whole call.") Duration whole,
      @Doc("Most bytes of a call's body, unpacked, 1KiB to 1GiB.") ByteSize maxBody,
      @Doc(
              "Providers of every tenant: name, dialect, base-url, credential (env:NAME or file:/path).")
          List<ProviderSetting> providers,
      @Doc(
              "With --only gateway: a file that declares keys, providers, prices, routes, budgets, limits, guards and cache policies; then no database runs. Without it DATA/gateway.yaml, if it is there. See docs/GATEWAY_ALONE.md.")
          @Nullable Path file,
      @Doc(
              "One JSON line a call that ended, without texts and headers: off, stdout, or a file (in the data directory unless absolute), 64 MiB each, five kept.")
          String callLog,
      LocalSettings local) {
    public static final GatewaySettings DEFAULT =
        new GatewaySettings(
            false,
            true,
            Duration.ofSeconds(300),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            ByteSize.mebibytes(32),
            List.of(),
            null,
            "off",
            LocalSettings.DEFAULT);

    public GatewaySettings {
      providers = List.copyOf(providers);
    }
  }

  /// Models on this machine that write.
  public record LocalSettings(Map<String, LocalModelSetting> models) {
    public static final LocalSettings DEFAULT = new LocalSettings(Map.of());

    public LocalSettings {
      models = Collections.unmodifiableMap(new TreeMap<>(models));
    }
  }

  /// A model file, served as local/NAME by a process of its own.
  public record LocalModelSetting(
      @Doc("GGUF file.") Path file,
      @Doc(
              "Tokens that a call sees at a time, 64 to 1048576; without it as many as the model was trained for, at most 4096. Memory for it is taken for each parallel call.")
          @Nullable Integer context,
      @Doc("Threads that compute, 1 to 256; without it one a processor but one.")
          @Nullable Integer threads,
      @Doc("Calls that run at once, 1 to 64; without it 2.") @Nullable Integer parallel,
      @Doc("Calls that may wait for one of them, 0 to 10000; without it 64.")
          @Nullable Integer waiting,
      @Doc("The process ends when the model had no work for so long; without it 10m.")
          @Nullable Duration unloadAfter) {}

  /// A provider of every tenant.
  public record ProviderSetting(
      @Doc("The part of model names before the first /.") String name,
      @Doc("openai.") String dialect,
      @Doc("As in https://api.openai.com/v1.") URI baseUrl,
      @Doc("env:NAME or file:/path.") @Nullable String credential) {}

  /// Documents and answers.
  public record KnowledgeSettings(
      @Doc("Model that writes answers, provider/model; without it answers are quoted.")
          @Nullable String answerModel,
      @Doc("Passages that an answer is drawn from, 1 to 50.") int passages,
      @Doc("Longest file in bytes, 1 to 2000000000.") long maxFileBytes,
      @Doc("Files being read at once, each in a child process, 1 to 64.") int parsers,
      @Doc("Time that reading one file may take.") Duration parseTime,
      @Doc("Language of a passage to the model that embeds it.")
          Map<String, String> embeddingModels,
      @Doc("Model that embeds passages in every other language.") String otherEmbeddingModel,
      @Doc("Texts embedded at once in this process, 1 to 256; 0: one a processor.")
          int embeddingThreads) {
    public static final KnowledgeSettings DEFAULT =
        new KnowledgeSettings(
            null,
            12,
            200_000_000,
            2,
            Duration.ofSeconds(60),
            Map.of("en", "local/bge-small-en-v1.5", "zh", "local/bge-small-zh-v1.5"),
            "local/bge-small-en-v1.5",
            0);

    public KnowledgeSettings {
      embeddingModels = Collections.unmodifiableMap(new TreeMap<>(embeddingModels));
    }
  }

  /// What is kept on record.
  public record EvidenceSettings(
      @Doc(
              "What is kept of bodies and searchable texts: full; redacted (labels such as [email] in place of personal data and secrets that have a form); hash; or off.")
          Content content,
      @Doc("Days that calls are kept.") int callDays,
      @Doc("Days that spans are kept.") int spanDays,
      @Doc("Days that bodies are kept.") int contentDays,
      @Doc(
              "How much of the calls' records a power cut may take, in time, up to 10s; 0s: no call ends before its record is on the disk. What a killed process wrote is safe at any rate.")
          Duration journalSync,
      @Doc(
              "Without a database, where the journal is the whole record: its oldest files are removed beyond this size, 64MiB or more.")
          ByteSize journalSize) {
    public static final EvidenceSettings DEFAULT =
        new EvidenceSettings(
            Content.FULL, 400, 30, 30, Duration.ofMillis(20), ByteSize.mebibytes(1024));

    /// What is kept of bodies.
    public enum Content {
      FULL,
      REDACTED,
      HASH,
      OFF
    }
  }

  /// How alerts leave.
  public record AlertSettings(@Nullable SmtpSettings smtp) {
    public static final AlertSettings DEFAULT = new AlertSettings((SmtpSettings) null);
  }

  /// A mail server.
  public record SmtpSettings(
      @Doc("Host of the mail server that alerts go to.") String host,
      @Doc("Its port; without it 587, with tls 465, with none 25.") @Nullable Integer port,
      @Doc(
              "starttls (nothing is sent without), tls from the first byte, or none; without it starttls.")
          @Nullable Security security,
      @Doc("Login; without it none is asked for.") @Nullable String user,
      @Doc("Its password; env:NAME and file:/path are followed.") @Nullable Secret password,
      @Doc("Address that mail comes from.") String from) {
    /// How the way to it is secured.
    public enum Security {
      STARTTLS,
      TLS,
      NONE
    }
  }

  /// What leaves this server about its work.
  public record TelemetrySettings(@Nullable OtlpSettings otlp) {
    public static final TelemetrySettings DEFAULT = new TelemetrySettings((OtlpSettings) null);
  }

  /// An OpenTelemetry receiver of spans.
  public record OtlpSettings(
      @Doc(
              "Address that takes spans by OTLP over HTTP as protobuf, as in http://collector:4318/v1/traces.")
          URI endpoint,
      @Doc("Headers of each request by their name; values env:NAME and file:/path are followed.")
          @Nullable Map<String, Secret> headers,
      @Doc("Time of one request, 100ms to 5m; without it 10s.") @Nullable Duration deadline,
      @Doc(
              "Whether the questions of traces go along, as far as evidence.content keeps them; without it false.")
          @Nullable Boolean content,
      @Doc("Attribute service.name; without it gimbal.") @Nullable String serviceName) {}

  /// What is thrown away each day, beside the evidence.
  public record RetentionSettings(
      @Doc("Days that jobs are kept after they ended, 1 to 3650.") int jobDays,
      @Doc("Days that the change log is kept, 1 to 365; a node that was away for longer rebuilds.")
          int changeDays) {
    public static final RetentionSettings DEFAULT = new RetentionSettings(30, 7);

    public RetentionSettings {
      if (jobDays < 1 || jobDays > 3650) {
        throw new IllegalArgumentException(
            "retention.job-days must be 1 to 3650, but is " + jobDays);
      }
      if (changeDays < 1 || changeDays > 365) {
        throw new IllegalArgumentException(
            "retention.change-days must be 1 to 365, but is " + changeDays);
      }
    }
  }
}
