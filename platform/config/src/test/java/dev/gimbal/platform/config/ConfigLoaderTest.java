package dev.gimbal.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class ConfigLoaderTest {
  @TempDir private Path folder;

  /// How it speaks.
  public enum Mode {
    FULL,
    HASH_ONLY,
    OFF
  }

  /// A whole configuration.
  public record Root(Door door, Store store, List<Peer> peers, Map<String, Integer> weights) {
    public static final Root DEFAULT = new Root(Door.DEFAULT, Store.DEFAULT, List.of(), Map.of());
  }

  /// A section.
  public record Door(
      @Doc("Where it listens.") int port,
      @Nullable String publicUrl,
      List<String> allowedOrigins,
      Limits limits,
      @Nullable Tls tls,
      Mode mode) {
    public static final Door DEFAULT =
        new Door(
            8080,
            null,
            List.of(),
            new Limits(ByteSize.mebibytes(1), Duration.ofSeconds(90)),
            null,
            Mode.FULL);

    public Door {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be 0 to 65535, but is " + port);
      }
    }
  }

  /// A section in a section.
  public record Limits(ByteSize body, Duration idle) {}

  /// A section that need not be there.
  public record Tls(Path certificate, Path key) {}

  /// A section with a secret.
  public record Store(@Nullable Secret password, boolean readOnly) {
    public static final Store DEFAULT = new Store(null, false);
  }

  /// One of a list of sections.
  public record Peer(String name, int weight) {}

  @Test
  void shouldGiveTheDefaultsWhenNothingIsSet() {
    assertThat(ConfigLoader.load(Root.class, null, Map.of())).isEqualTo(Root.DEFAULT);
  }

  @Test
  void shouldReadEveryKindOfSetting() throws IOException {
    Root root =
        load(
            """
            door:
              port: 9090
              public-url: https://example.com
              allowed-origins: [https://a.example, https://b.example]
              limits: {body: 16KiB}
              tls: {certificate: /c.pem, key: /k.pem}
              mode: hash-only
            store:
              read-only: true
            peers:
              - {name: one, weight: 1}
              - {name: two, weight: 2}
            weights: {a: 3}
            """,
            Map.of());

    assertThat(root.door())
        .isEqualTo(
            new Door(
                9090,
                "https://example.com",
                List.of("https://a.example", "https://b.example"),
                new Limits(new ByteSize(16 * 1024), Duration.ofSeconds(90)),
                new Tls(Path.of("/c.pem"), Path.of("/k.pem")),
                Mode.HASH_ONLY));
    assertThat(root.store().readOnly()).isTrue();
    assertThat(root.peers()).containsExactly(new Peer("one", 1), new Peer("two", 2));
    assertThat(root.weights()).containsEntry("a", 3);
  }

  @Test
  void shouldReadOffAlthoughYamlTakesItForFalse() throws IOException {
    assertThat(load("door: {mode: off}", Map.of()).door().mode()).isEqualTo(Mode.OFF);
  }

  @Test
  void shouldPreferTheEnvironmentToTheFile() throws IOException {
    Root root =
        load(
            "door: {port: 1}",
            Map.of(
                "GIMBAL_DOOR_PORT", "2",
                "GIMBAL_DOOR_ALLOWED_ORIGINS", "https://a.example, https://b.example",
                "GIMBAL_DOOR_LIMITS_IDLE", "5m",
                "GIMBAL_DOOR_TLS_KEY", "/k.pem",
                "GIMBAL_DOOR_TLS_CERTIFICATE", "/c.pem",
                "GIMBAL_URL", "http://elsewhere"));

    assertThat(root.door().port()).isEqualTo(2);
    assertThat(root.door().allowedOrigins()).hasSize(2);
    assertThat(root.door().limits().idle()).isEqualTo(Duration.ofMinutes(5));
    assertThat(root.door().limits().body()).isEqualTo(ByteSize.mebibytes(1));
    assertThat(root.door().tls()).isEqualTo(new Tls(Path.of("/c.pem"), Path.of("/k.pem")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "door: {prot: 1} | door.prot is no setting; did you mean door.port?",
        "dor: {port: 1} | dor is no setting; did you mean door?",
        "door: {publicUrl: x} | did you mean door.public-url?",
        "door: {port: 70000} | door.port must be 0 to 65535, but is 70000",
        "door: {port: x} | door.port must be a whole number, but is x",
        "door: {port: 99999999999} | door.port must be a whole number",
        "door: {port: [1]} | door.port must be a single value",
        "door: 7 | door must be a section",
        "door: {limits: {idle: 5}} | door.limits.idle must be a duration like 30s, but is 5",
        "door: {limits: {body: 5MB}} | door.limits.body must be a size like 16MiB, but is 5MB",
        "door: {mode: half} | door.mode must be one of full, hash-only, off, but is half",
        "door: {tls: {key: /k.pem}} | door.tls.certificate must be set",
        "peers: [{name: x}] | peers[0].weight must be set",
        "peers: [{name: x, weigth: 1}] | did you mean peers[0].weight?",
        "store: {read-only: maybe} | store.read-only must be true or false, but is maybe",
        "store: {password: env:NOT_THERE} | the environment variable NOT_THERE, which is not set",
        "store: {password: file:/not/there} | the file /not/there, which cannot be read"
      })
  void shouldSayWhichSettingIsWrongAndWhatItMustBe(String yaml, String message) {
    assertThatThrownBy(() -> load(yaml, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAKeyThatStandsThereTwice() {
    assertThatThrownBy(() -> load("door:\n  port: 1\n  port: 2\n", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("line 3");
  }

  @Test
  void shouldRefuseAVariableThatIsNoSetting() {
    assertThatThrownBy(() -> load("", Map.of("GIMBAL_DOOR_PROT", "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("GIMBAL_DOOR_PROT is no setting; did you mean GIMBAL_DOOR_PORT?");
  }

  @Test
  void shouldRefuseAFileThatIsNotThere() {
    assertThatThrownBy(() -> ConfigLoader.load(Root.class, folder.resolve("no.yaml"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no.yaml");
  }

  @Test
  void shouldFollowReferencesToSecretsAndNeverShowThem() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "from-file\n");
    Root fromFile = load("store: {password: 'file:" + file + "'}", Map.of());
    Root fromEnvironment = load("store: {password: 'env:PASS'}", Map.of("PASS", "from-env"));

    assertThat(revealed(fromFile)).isEqualTo("from-file");
    assertThat(revealed(fromEnvironment)).isEqualTo("from-env");
    assertThat(fromFile.toString()).doesNotContain("from-file");
    assertThat(ConfigText.effective(fromFile))
        .contains("store.password: ***")
        .doesNotContain("from-file");
  }

  @Test
  void shouldPrintTheEffectiveConfiguration() {
    assertThat(ConfigText.effective(Root.DEFAULT))
        .isEqualTo(
            """
            door.port: 8080
            door.limits.body: 1MiB
            door.limits.idle: 90s
            door.mode: full
            store.read-only: false
            """);
  }

  @Test
  void shouldDescribeEverySettingWithItsDefault() {
    assertThat(ConfigText.reference(Root.class))
        .contains("| `door.port` | whole number | `8080` | Where it listens. |")
        .contains("| `door.limits.idle` | duration | `90s` |")
        .contains("| `door.mode` | full or hash-only or off | `full` |")
        .contains("| `door.tls.key` | path |")
        .contains("| `peers[].name` | text |")
        .contains("| `store.password` | secret |");
  }

  private static String revealed(Root root) {
    Secret password = root.store().password();
    return password == null ? "" : password.reveal();
  }

  private Root load(String yaml, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("gimbal.yaml"), yaml);
    return ConfigLoader.load(Root.class, file, environment);
  }
}
