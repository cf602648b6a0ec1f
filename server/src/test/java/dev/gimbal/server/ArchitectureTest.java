package dev.gimbal.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds the code to `docs/STRUCTURE.md` and to the fences of the house.
class ArchitectureTest {
  private static final int FEWEST_CLASSES = 250;

  private static JavaClasses house;
  private static Map<String, Row> table;

  private record Row(String module, String packageName, List<String> uses) {}

  @BeforeAll
  static void read() throws IOException {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.gimbal");
    table = new LinkedHashMap<>();
    for (String line : Files.readAllLines(root().resolve("docs/STRUCTURE.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 5 && cells[2].strip().startsWith("dev.gimbal")) {
        List<String> uses =
            cells[3].isBlank() ? List.of() : List.of(cells[3].strip().split(",\\s*"));
        table.put(cells[1].strip(), new Row(cells[1].strip(), cells[2].strip(), uses));
      }
    }
  }

  @Test
  void shouldSeeTheWholeHouse() {
    assertThat(house.size()).isGreaterThan(FEWEST_CLASSES);
    for (Row row : table.values()) {
      assertThat(house.stream().anyMatch(type -> within(type, row)))
          .as("classes of %s", row.module())
          .isTrue();
    }
  }

  @Test
  void shouldHaveEveryClassInAModuleOfTheTable() {
    assertThat(
            house.stream()
                .filter(type -> table.values().stream().noneMatch(row -> within(type, row))))
        .isEmpty();
  }

  @Test
  void shouldUseOnlyTheModulesOfItsRow() {
    for (Row row : table.values()) {
      if (row.uses().contains("everything")) {
        continue;
      }
      List<String> allowed = new ArrayList<>();
      allowed.add(row.packageName() + "..");
      row.uses().forEach(module -> allowed.add(table.get(module).packageName() + ".."));
      classes()
          .that(resideInAPackage(row.packageName() + ".."))
          .should()
          .onlyDependOnClassesThat(
              resideOutsideOfPackage("dev.gimbal..")
                  .or(resideInAnyPackage(allowed.toArray(String[]::new))))
          .because("docs/STRUCTURE.md says what " + row.module() + " may use")
          .check(house);
    }
  }

  @Test
  void shouldKeepEventLoopTypesWhereEventLoopsAre() {
    noClasses()
        .that(
            resideInAPackage("dev.gimbal..")
                .and(
                    notIn(
                        "platform.http",
                        "gateway.core",
                        "gateway.provider",
                        "gateway.testing",
                        "gateway.conformance.program",
                        "server")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.vertx..", "io.netty.."))
        .because("everything outside the gateway's path is plain blocking code")
        .check(house);
  }

  @Test
  void shouldKeepSqlInTheRoomsThatOwnTables() {
    noClasses()
        .that(
            resideInAPackage("dev.gimbal..")
                .and(
                    notIn(
                        "platform.database",
                        "platform.jobs",
                        "access.core",
                        "observability.core",
                        "gateway.core",
                        "knowledge.core",
                        "evaluation.feedback")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql.."))
        .because("a room owns its tables")
        .check(house);
  }

  @Test
  void shouldKeepLuceneInTheIndex() {
    noClasses()
        .that(resideInAPackage("dev.gimbal..").and(notIn("knowledge.core.index")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.lucene.."))
        .because("the engine behind an index can be another one")
        .check(house);
  }

  @Test
  void shouldKeepNativeModelsInTheirProvider() {
    noClasses()
        .that(resideInAPackage("dev.gimbal..").and(notIn("gateway.provider.local")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("ai.onnxruntime..", "ai.djl.."))
        .because("there is no second way to reach a model")
        .check(house);
  }

  @Test
  void shouldPrintOnlyFromTheCommandLine() {
    noClasses()
        .that(
            resideInAPackage("dev.gimbal..")
                .and(
                    notIn(
                        "server",
                        "gateway.testing",
                        "gateway.conformance.program",
                        "knowledge.engine.parser",
                        "platform.database.embedded",
                        "platform.process")))
        // It keeps a library from printing.
        .and()
        .doNotHaveSimpleName("SilentLoading")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because("a server logs")
        .check(house);
  }

  @Test
  void shouldTakeTheTimeFromAClock() {
    noClasses()
        .that(resideInAPackage("dev.gimbal.."))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .callConstructor(RuntimeException.class, String.class)
        .because("clocks and random sources are parameters, and errors have codes")
        .check(house);
  }

  @Test
  void shouldMarkEveryPackageForNullness() {
    assertThat(
            house.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(java.util.function.Predicate.not(ArchitectureTest::nullMarked))
                .map(JavaPackage::getName))
        .isEmpty();
  }

  private static boolean nullMarked(JavaPackage javaPackage) {
    return javaPackage.isAnnotatedWith(NullMarked.class);
  }

  private static boolean within(JavaClass type, Row row) {
    return type.getPackageName().equals(row.packageName())
        || type.getPackageName().startsWith(row.packageName() + ".");
  }

  private static DescribedPredicate<JavaClass> notIn(String... packages) {
    String[] patterns = new String[packages.length];
    for (int at = 0; at < packages.length; at++) {
      patterns[at] = "dev.gimbal." + packages[at] + "..";
    }
    return DescribedPredicate.not(resideInAnyPackage(patterns));
  }

  /// The root of the source tree, from wherever the test runs.
  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("docs/STRUCTURE.md"))) {
      at = at.getParent();
    }
    return at;
  }
}
