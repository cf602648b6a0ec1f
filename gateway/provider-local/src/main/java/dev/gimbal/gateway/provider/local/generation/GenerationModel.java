package dev.gimbal.gateway.provider.local.generation;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.local.child.GenerationChild;
import dev.gimbal.gateway.provider.local.child.GgufHeader;
import dev.gimbal.platform.process.ChildCommand;
import dev.gimbal.platform.process.SharedChild;
import dev.gimbal.platform.process.SharedChildConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One model that the user named, and the process that holds it while it is in use.
final class GenerationModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationModel.class);
  private static final int HEAP_MEBIBYTES = 96;

  /// The server's loops go first where processors are few.
  private static final int NICE = 5;

  /// A batch of a long prompt on a large model takes its time.
  private static final Duration CANCEL = Duration.ofSeconds(60);

  private static final int MESSAGE_BYTES = 64 << 20;

  private final String name;
  private final GenerationConfig config;
  private final @Nullable Integer context;
  private final SharedChild child;

  GenerationModel(String name, GenerationConfig config) {
    this.name = name;
    this.config = config;
    this.context = context(name, config);
    this.child =
        SharedChild.create(
            new SharedChildConfig(
                "model-" + name,
                config.parallel(),
                config.waiting(),
                config.unloadAfter(),
                CANCEL,
                MESSAGE_BYTES),
            command(config));
  }

  /// Says at start what is wrong with a file. It may be mended before the first call: that decides.
  private static @Nullable Integer context(String name, GenerationConfig config) {
    try {
      Integer trained = GgufHeader.front(config.file()).trainedContext();
      if (config.context() > 0) {
        return config.context();
      }
      return trained == null ? null : Math.min(trained, GgufHeader.CONTEXT_AT_MOST_UNASKED);
    } catch (IOException e) {
      LOG.warn("local/{} cannot be served: {}: {}", name, config.file(), e.getMessage());
      return null;
    }
  }

  /// The engine's threads wait for each other after every layer, so that one whose processor is
  /// taken holds up all: one processor is left to the rest of the machine.
  private static ChildCommand command(GenerationConfig config) {
    Path file = config.file().toAbsolutePath();
    int threads =
        config.threads() > 0
            ? config.threads()
            : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    return ChildCommand.java(
        GenerationChild.class,
        HEAP_MEBIBYTES,
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-D" + GenerationChild.FILE + "=" + file,
            "-D" + GenerationChild.CONTEXT + "=" + config.context(),
            "-D" + GenerationChild.THREADS + "=" + threads,
            "-D" + GenerationChild.PARALLEL + "=" + config.parallel()),
        NICE);
  }

  String name() {
    return name;
  }

  /// Why it cannot be loaded, in a line; null if nothing is known against it. Reads the front of
  /// the file.
  @Nullable String defect() {
    try {
      GgufHeader.front(config.file());
      return null;
    } catch (IOException e) {
      return config.file() + ": " + e.getMessage();
    }
  }

  SharedChild child() {
    return child;
  }

  Model model() {
    return new Model(name, Model.Kind.CHAT, null, context, null, false);
  }

  @Override
  public void close() {
    child.close();
  }
}
