package dev.ballast;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may see whom. A package that does not exist yet breaks no rule. */
@NullMarked
final class ArchitectureTest {
  private static final String ROOT = "dev.ballast.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.ballast");

  private static final String[] CORE = {
    "policy", "load", "scoring", "inflight", "topology", "capacity"
  };

  /** The types of {@code annotator} that others implement or hand over. */
  private static final Set<String> ANNOTATOR_PORTS =
      Set.of("MetricSource", "NodePatcher", "Leadership", "AnnotatedNode");

  /** Methods that read a clock or the machine's zone, by class. */
  private static final Map<String, Set<String>> CLOCKS =
      Map.of(
          "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
          "java.time.Instant", Set.of("now"),
          "java.time.LocalDate", Set.of("now"),
          "java.time.LocalDateTime", Set.of("now"),
          "java.time.OffsetDateTime", Set.of("now"),
          "java.time.ZonedDateTime", Set.of("now"),
          "java.time.ZoneId", Set.of("systemDefault"),
          "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system", "tick"),
          "java.util.TimeZone", Set.of("getDefault"),
          "java.util.Date", Set.of("<init>"));

  @Test
  void packages_anyTwo_haveNoCycle() {
    slices().matching("dev.ballast.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "topology, ''",
    "policy, topology",
    "load, policy",
    "inflight, policy load topology",
    "scoring, policy load inflight topology",
    "capacity, policy load scoring inflight topology",
  })
  void core_eachPackage_dependsOnJavaAndCoreOnly(String name, String others) {
    String[] allowed =
        Stream.of(
                Stream.of("java..", "org.jspecify..", ROOT + name + ".."), packages(split(others)))
            .flatMap(s -> s)
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "config, ''",
    "http, config metrics",
    "extender, config metrics http",
    "annotator, config metrics",
    "prometheus, config metrics annotator",
    "kube, config metrics annotator",
    "explain, config metrics http",
    "simulate, config metrics",
    "sysfs, ''",
  })
  void edge_eachPackage_seesCoreAndItsOwnNeeds(String name, String others) {
    seesOnly(name, Stream.concat(Arrays.stream(CORE), split(others)));
  }

  @ParameterizedTest
  @CsvSource({"metrics, ''", "extender.wire, load"})
  void leaf_eachPackage_seesHardlyAnyOfOurs(String name, String others) {
    seesOnly(name, split(others));
  }

  @Test
  void annotator_fromItsSourcesAndWriters_isSeenThroughPortsOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "prometheus..", ROOT + "kube..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "annotator..")
                .and(DescribedPredicate.not(ANNOTATOR_PORT_PREDICATE)))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static final DescribedPredicate<JavaClass> ANNOTATOR_PORT_PREDICATE =
      DescribedPredicate.describe(
          "are ports",
          type -> {
            String inPackage = type.getName().substring(type.getPackageName().length() + 1);
            return ANNOTATOR_PORTS.contains(inPackage.replaceAll("\\$.*", ""));
          });

  @Test
  void cli_fromOutside_isSeenByNobody() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "cli..")
        .check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "io.fabric8, kube",
    "org.eclipse.jetty, http",
    "okhttp3, prometheus kube simulate",
    "okio, prometheus kube simulate",
    "com.fasterxml.jackson, config prometheus kube simulate explain cli",
    "org.snakeyaml, config kube",
    "picocli, cli",
    "io.prometheus, metrics http extender annotator prometheus kube explain cli",
  })
  void library_each_isUsedWhereItBelongs(String library, String users) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(split(users)).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library + "..")
        .check(CLASSES);
  }

  @Test
  void clock_outsideCli_isNotRead() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "reads a clock or the machine's zone", ArchitectureTest::readsClock))
        .check(CLASSES);
  }

  private static boolean readsClock(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return CLOCKS.getOrDefault(owner, Set.of()).contains(access.getName());
  }

  /** Of our own packages, {@code name} sees itself and the given ones only. */
  private static void seesOnly(String name, Stream<String> others) {
    String own = ROOT + name;
    var visible = resideInAnyPackage(packages(others).toArray(String[]::new));
    var itself = resideInAPackage(own + "..");
    var foreign = resideInAPackage("dev.ballast..").and(DescribedPredicate.not(visible.or(itself)));
    noClasses()
        .that()
        .resideInAPackage(own + "..")
        .should()
        .dependOnClassesThat(foreign)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static Stream<String> split(String names) {
    return Arrays.stream(names.split(" ")).filter(name -> !name.isEmpty());
  }

  private static Stream<String> packages(Stream<String> names) {
    return names.map(name -> ROOT + name + "..");
  }
}
