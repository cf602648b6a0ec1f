package dev.gimbal.server;

import dev.gimbal.gateway.core.GatewayConfig;
import dev.gimbal.gateway.core.alert.AlertConfig;
import dev.gimbal.gateway.provider.local.LocalConfig;
import dev.gimbal.gateway.provider.local.generation.GenerationConfig;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.engine.parser.ParserConfig;
import dev.gimbal.observability.core.ContentPolicy;
import dev.gimbal.observability.core.ObservabilityConfig;
import dev.gimbal.observability.core.export.OtlpConfig;
import dev.gimbal.observability.core.journal.JournalConfig;
import dev.gimbal.observability.core.recent.RecentConfig;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.platform.config.Secret;
import dev.gimbal.platform.database.DatabaseConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rooms' own records, from the process configuration.
final class Settings {
  private static final long ALONE_SEGMENT = 8L << 20;

  private Settings() {}

  static DatabaseConfig database(GimbalConfig.DatabaseSettings given, Path data) {
    DatabaseConfig defaults =
        given.url() == null
            ? DatabaseConfig.embedded(data)
            : DatabaseConfig.external(given.url(), given.user(), password(given.password()));
    return new DatabaseConfig(
        defaults.server(),
        given.connections(),
        defaults.connectionWait(),
        defaults.statementLimit());
  }

  private static String password(@Nullable Secret secret) {
    return secret == null ? "" : secret.reveal();
  }

  static ObservabilityConfig observability(GimbalConfig.EvidenceSettings given, Path data) {
    return new ObservabilityConfig(
        JournalConfig.in(data.resolve("journal")).syncedEvery(given.journalSync()),
        new Retained(
            Duration.ofDays(given.callDays()),
            Duration.ofDays(given.spanDays()),
            Duration.ofDays(given.contentDays())),
        ContentPolicy.valueOf(given.content().name()));
  }

  static JournalConfig aloneJournal(GimbalConfig.EvidenceSettings given, Path data) {
    long kept = given.journalSize().bytes();
    JournalConfig defaults = JournalConfig.in(data.resolve("gateway-journal"));
    return new JournalConfig(
        defaults.directory(),
        ALONE_SEGMENT,
        kept + Math.max(kept / 4, 4 * ALONE_SEGMENT),
        defaults.mostQueued(),
        defaults.mostQueuedBytes(),
        given.journalSync());
  }

  static RecentConfig aloneKept(GimbalConfig.EvidenceSettings given) {
    return new RecentConfig(
        given.journalSize().bytes(),
        Duration.ofDays(given.callDays()),
        RecentConfig.DEFAULT.calls());
  }

  /// Without a database bodies are only hashed: nobody could read them again.
  static GatewayConfig gatewayAlone(GimbalConfig config) {
    GatewayConfig given = gateway(config);
    GatewayConfig.Content content =
        given.content() == GatewayConfig.Content.OFF ? given.content() : GatewayConfig.Content.HASH;
    return new GatewayConfig(
        given.allowPrivateUpstreams(),
        content,
        given.bodies(),
        given.deadlines(),
        given.providers(),
        given.alerts());
  }

  static GatewayConfig gateway(GimbalConfig config) {
    GimbalConfig.GatewaySettings given = config.gateway();
    Duration stalled = config.server().limits().stalledClient();
    GatewayConfig.Deadlines defaults = GatewayConfig.Deadlines.DEFAULT;
    return new GatewayConfig(
        given.allowPrivateUpstreams(),
        GatewayConfig.Content.valueOf(config.evidence().content().name()),
        bodies(given.maxBody().bytes()),
        new GatewayConfig.Deadlines(
            given.firstByte(), given.silence(), given.whole(), defaults.keepAlive(), stalled),
        given.providers().stream()
            .map(
                provider ->
                    new GatewayConfig.SharedProvider(
                        provider.name(),
                        provider.dialect(),
                        provider.baseUrl(),
                        provider.credential()))
            .toList(),
        new AlertConfig(smtp(config.alerts().smtp())));
  }

  private static AlertConfig.@Nullable Smtp smtp(GimbalConfig.@Nullable SmtpSettings given) {
    if (given == null) {
      return null;
    }
    GimbalConfig.SmtpSettings.Security security =
        Objects.requireNonNullElse(given.security(), GimbalConfig.SmtpSettings.Security.STARTTLS);
    int usual =
        switch (security) {
          case STARTTLS -> 587;
          case TLS -> 465;
          case NONE -> 25;
        };
    Secret secret = given.password();
    return new AlertConfig.Smtp(
        given.host(),
        Objects.requireNonNullElse(given.port(), usual),
        AlertConfig.Security.valueOf(security.name()),
        given.user(),
        secret == null ? null : secret.reveal(),
        given.from());
  }

  /// Null: spans stay here.
  static @Nullable OtlpConfig otlp(GimbalConfig config, String version) {
    GimbalConfig.OtlpSettings given = config.telemetry().otlp();
    if (given == null) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    Map<String, Secret> secrets = given.headers();
    if (secrets != null) {
      secrets.forEach((name, value) -> headers.put(name, value.reveal()));
    }
    return new OtlpConfig(
        given.endpoint(),
        headers,
        Objects.requireNonNullElse(given.deadline(), Duration.ofSeconds(10)),
        Boolean.TRUE.equals(given.content()),
        Map.of(
            "service.name",
            Objects.requireNonNullElse(given.serviceName(), "gimbal"),
            "service.version",
            version));
  }

  private static GatewayConfig.Bodies bodies(long largest) {
    GatewayConfig.Bodies defaults = GatewayConfig.Bodies.DEFAULT;
    return new GatewayConfig.Bodies(
        largest, inFlight(largest, Runtime.getRuntime().maxMemory()), defaults.arrival());
  }

  /// Bodies lie in the heap, which a gateway alone has little of: more of them would end the
  /// process instead of being refused.
  static long inFlight(long largest, long heap) {
    long most = Math.min(GatewayConfig.Bodies.DEFAULT.maxBytesInFlight(), heap / 4);
    return Math.max(largest, most);
  }

  static LocalConfig local(GimbalConfig config) {
    LocalConfig defaults = LocalConfig.DEFAULT;
    int threads = config.knowledge().embeddingThreads();
    Map<String, GenerationConfig> models = new TreeMap<>();
    config.gateway().local().models().forEach((name, given) -> models.put(name, generation(given)));
    return new LocalConfig(
        threads == 0 ? defaults.threads() : threads, defaults.waitingTexts(), models);
  }

  private static GenerationConfig generation(GimbalConfig.LocalModelSetting given) {
    GenerationConfig defaults = GenerationConfig.of(given.file());
    return new GenerationConfig(
        given.file(),
        Objects.requireNonNullElse(given.context(), defaults.context()),
        Objects.requireNonNullElse(given.threads(), defaults.threads()),
        Objects.requireNonNullElse(given.parallel(), defaults.parallel()),
        Objects.requireNonNullElse(given.waiting(), defaults.waiting()),
        Objects.requireNonNullElse(given.unloadAfter(), defaults.unloadAfter()));
  }

  static KnowledgeConfig knowledge(GimbalConfig.KnowledgeSettings given) {
    KnowledgeConfig defaults = KnowledgeConfig.DEFAULT;
    KnowledgeConfig.Ingestion ingestion = defaults.ingestion();
    KnowledgeConfig.Answers answers = defaults.answers();
    return new KnowledgeConfig(
        new KnowledgeConfig.Limits(
            given.maxFileBytes(), defaults.limits().maxFiles(), defaults.limits().maxWaiting()),
        new KnowledgeConfig.Ingestion(
            ingestion.documentsInFlight(),
            given.parsers(),
            ingestion.parsingMegabytes(),
            ingestion.embeddingBatch(),
            ingestion.embeddingCalls(),
            ingestion.transactions(),
            ingestion.patienceSeconds()),
        new KnowledgeConfig.Embedding(
            given.embeddingModels(),
            given.otherEmbeddingModel(),
            defaults.embedding().queryDeadlineMillis()),
        new KnowledgeConfig.Answers(
            given.answerModel(),
            given.passages(),
            answers.maxCharacters(),
            answers.maxTokens(),
            answers.deadlineSeconds()));
  }

  static ParserConfig parser(GimbalConfig.KnowledgeSettings given) {
    ParserConfig defaults = ParserConfig.DEFAULT;
    return new ParserConfig(
        given.parsers(),
        defaults.heapMebibytes(),
        given.parseTime(),
        given.maxFileBytes(),
        defaults.textCharactersAtMost(),
        defaults.pagesAtMost(),
        defaults.nice());
  }
}
