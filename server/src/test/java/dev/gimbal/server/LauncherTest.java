package dev.gimbal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher on systems made of stand-ins: it asks for a JDK that no machine has, so what it
/// finds is what a test puts there.
class LauncherTest {
  private static final String JDK = "99";

  /// What it uses of a bare system.
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "chmod",
          "cksum",
          "cut",
          "date",
          "df",
          "dirname",
          "env",
          "find",
          "grep",
          "head",
          "id",
          "ls",
          "mkdir",
          "mktemp",
          "readlink",
          "rm",
          "sed",
          "setpriv",
          "sleep",
          "sort",
          "tail",
          "awk",
          "basename",
          "tr",
          "uname");

  @TempDir Path home;
  private Path programs;
  private Path calls;

  @BeforeEach
  void bareSystem() throws Exception {
    programs = Files.createDirectory(home.resolve("bin"));
    calls = home.resolve("calls");
    Files.writeString(calls, "");
    for (String tool : TOOLS) {
      for (String place : List.of("/usr/bin/", "/bin/")) {
        Path program = Path.of(place + tool);
        if (Files.exists(program) && !Files.exists(programs.resolve(tool))) {
          Files.createSymbolicLink(programs.resolve(tool), program);
        }
      }
    }
    String launcher = Files.readString(Path.of("../gimbal"));
    assertThat(launcher).contains("needed_java=25\n");
    executable(home.resolve("gimbal"), launcher.replace("needed_java=25\n", "needed_java=99\n"));
  }

  private record Run(int exit, String out, String err) {}

  private Run run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("gimbal").toString()));
    command.addAll(List.of(arguments));
    Path err = home.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", programs.toString());
    builder.environment().put("HOME", home.toString());
    if (Files.exists(home.resolve("jdk"))) {
      builder.environment().put("GIMBAL_JAVA_HOME", home.resolve("jdk").toString());
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, Files.readString(err));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// A program that notes its name and arguments, then does as told.
  private void program(Path file, String does) throws IOException {
    executable(
        file,
        "#!/usr/bin/env bash\necho \"%s $*\" >>%s\n%s\n"
            .formatted(file.getFileName(), calls, does));
  }

  private void jdk() throws IOException {
    program(
        home.resolve("jdk/bin/java"),
        """
        for argument in "$@"; do
          case $argument in -XX:AOTCacheOutput=*) echo cache >"${argument#*=}"; exit 0 ;; esac
        done
        echo "it runs"
        """);
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"" + JDK + ".0.1\"\n");
  }

  private void sourceTree() throws IOException {
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    for (String room :
        "access console docs evaluation gateway knowledge observability platform release .mvn"
            .split(" ")) {
      Files.createDirectories(home.resolve(room));
    }
    Files.createDirectories(home.resolve("server/src"));
  }

  /// A Debian whose packages are these.
  private void debian(String... packages) throws IOException {
    executable(
        programs.resolve("apt-cache"),
        "#!/usr/bin/env bash\ncase \" %s \" in *\" $2 \"*) exit 0 ;; esac\nexit 100\n"
            .formatted(String.join(" ", packages)));
    program(programs.resolve("apt-get"), "echo noise of a package manager");
    program(programs.resolve("sudo"), "exec \"$@\"");
  }

  private String made() throws IOException {
    return Files.readString(calls);
  }

  @Test
  void shouldNameTheCommandThatGetsWhatIsMissingAndRunNothingUnasked() throws Exception {
    sourceTree();
    debian("openjdk-99-jdk-headless", "maven", "nodejs", "npm");

    Run up = run("up");
    Run doctor = run("doctor");

    for (Run run : List.of(up, doctor)) {
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err())
          .contains("gimbal: missing: jdk maven node\n")
          .contains("apt-get update && ")
          .contains("apt-get install -y openjdk-99-jdk-headless maven nodejs npm\n")
          .contains("--install");
    }
    assertThat(doctor.out()).contains("missing  JDK 99", "missing  Maven", "missing  Node.js");
    assertThat(made()).isEmpty();
  }

  @Test
  void shouldTakeTheJdkThatTheSystemHasAndSayWhenItHasNone() throws Exception {
    debian("temurin-99-jdk", "maven");
    assertThat(run("status").err()).contains("apt-get install -y temurin-99-jdk\n");

    debian("maven");
    assertThat(run("status").err()).contains("install by hand: jdk").contains("JDK 99");
    Run install = run("status", "--install");
    assertThat(install.exit()).isEqualTo(1);
    assertThat(install.err()).contains("install by hand: jdk");
    assertThat(made()).isEmpty();

    debian(); // nobody fetched its list of packages
    assertThat(run("status").err()).contains("apt-get install -y openjdk-99-jdk-headless\n");
  }

  @Test
  void shouldUseThePackageManagerThatIsThere() throws Exception {
    sourceTree();
    jdk();
    program(programs.resolve("dnf"), "");

    assertThat(run("up").err()).contains("dnf install -y maven nodejs\n");
  }

  @Test
  void shouldInstallWhenAskedAndGoOn() throws Exception {
    debian("openjdk-99-jdk-headless");
    Run without = run("status", "--install");
    assertThat(without.exit()).isEqualTo(1);
    assertThat(without.err()).contains("still missing after the installation: jdk");
    assertThat(made()).contains("apt-get update").contains("apt-get install -y openjdk-99-jdk");

    // Now the package brings one.
    Path gift = home.resolve("gift");
    program(gift.resolve("bin/java"), "echo it runs: \"$@\"");
    Files.writeString(gift.resolve("release"), "JAVA_VERSION=\"" + JDK + "\"\n");
    program(
        programs.resolve("apt-get"),
        "[ \"$1\" = update ] || %s %s %s"
            .formatted("/bin/ln -s", gift.resolve("bin/java"), programs.resolve("java")));

    Run with = run("status", "--install");

    assertThat(with.exit()).as(with.err()).isZero();
    assertThat(with.out()).contains("dev.gimbal.server.Main status").doesNotContain("--install");
  }

  @Test
  void shouldBuildWhatIsMissingOrStaleWithoutItsNoise() throws Exception {
    sourceTree();
    jdk();
    Path lib = home.resolve("server/target/dist/lib");
    program(programs.resolve("node"), "");
    program(programs.resolve("npm"), "");
    program(
        programs.resolve("mvn"),
        "echo '[INFO] noise'\nmkdir -p " + lib + "\necho jar >" + lib + "/a");

    Run first = run("status");
    Run second = run("status");
    Files.writeString(home.resolve("server/src/Main.java"), "changed");
    Run third = run("status");

    for (Run run : List.of(first, second, third)) {
      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.out()).isEqualTo("it runs\n");
      assertThat(run.err()).doesNotContain("noise");
    }
    assertThat(first.err()).matches("built in \\d+s\n");
    assertThat(second.err()).isEmpty();
    assertThat(third.err()).matches("built in \\d+s\n");
    assertThat(made().lines().filter(line -> line.startsWith("mvn "))).hasSize(2);
    assertThat(home.resolve("server/target/dist/gimbal.aot")).exists();
  }

  @Test
  void shouldShowTheErrorsOfABuildThatFailsAndRunNothing() throws Exception {
    sourceTree();
    jdk();
    program(programs.resolve("node"), "");
    program(programs.resolve("npm"), "");
    program(programs.resolve("mvn"), "echo '[INFO] noise'\necho '[ERROR] no such symbol'\nexit 1");

    Run run = run("up");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("[ERROR] no such symbol").contains("gimbal: the build failed");
    assertThat(run.err()).doesNotContain("noise");
    assertThat(made()).doesNotContain("java ");
  }

  @Test
  void shouldRunADistributionWithAJdkAlone() throws Exception {
    jdk();
    Files.createDirectories(home.resolve("lib"));

    Run run = run("up", "--detach");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(made())
        .contains("-cp " + home.resolve("lib") + "/* dev.gimbal.server.Main up --detach\n");
  }

  @Test
  void shouldFailTheDoctorWhenTheDataDirectoryCannotBeUsed() throws Exception {
    jdk();
    Run well = run("doctor");
    assertThat(well.out()).contains("ok       Java 99");

    Files.writeString(home.resolve("data"), "a file");
    Run ill = run("doctor");

    assertThat(ill.exit()).isEqualTo(1);
    assertThat(ill.out()).contains("problem  " + home.resolve("data") + " is not a directory");
  }
}
