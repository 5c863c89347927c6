package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher beside the jar, as in an image, with and without an archive of classes. */
final class LauncherIT {
  @TempDir private static Path app;

  @BeforeAll
  static void install() throws IOException {
    for (var file :
        List.of("deploy/image/ballast", "deploy/image/java.options", "target/ballast.jar")) {
      copy(Shell.ROOT.resolve(file), app);
    }
    Files.createDirectory(app.resolve("lib"));
    try (Stream<Path> jars = Files.list(Shell.ROOT.resolve("target/lib"))) {
      for (Path jar : jars.toList()) {
        copy(jar, app.resolve("lib"));
      }
    }
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void run_anyStateOfTheArchive_saysTheSame() throws IOException {
    var archive = app.resolve("archive.options");
    assertThat(archive).doesNotExist();
    var without = run("", "lint", "policy/default.yaml").orFail("without an archive");
    assertThat(without.out()).isNotEmpty();
    assertThat(without.err()).isEmpty();

    run("", "archive").orFail("archive");
    assertThat(archive).exists();
    assertThat(run("", "lint", "policy/default.yaml")).isEqualTo(without);
    assertThat(shareOfArchive()).isGreaterThan(0.95);

    Path classes = madeArchive();
    byte[] good = Files.readAllBytes(classes);
    Files.delete(classes);
    Files.writeString(classes, "no archive at all");
    assertStartsAs(without);
    Files.delete(classes);
    assertStartsAs(without);

    Files.write(classes, good);
    Files.setLastModifiedTime(
        app.resolve("ballast.jar"), FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    assertThat(run("", "lint", "policy/default.yaml")).isEqualTo(without);
  }

  /** What the JVM has to say of its archive goes to where errors go. */
  private static void assertStartsAs(Shell.Result expected) {
    var result = run("", "lint", "policy/default.yaml");
    assertThat(result.exitCode()).as(result.err()).isEqualTo(expected.exitCode());
    assertThat(result.out()).isEqualTo(expected.out());
  }

  private static Path madeArchive() throws IOException {
    try (Stream<Path> files = Files.list(app)) {
      return files
          .filter(file -> file.toString().endsWith(".jsa") || file.toString().endsWith(".aot"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** The share of all classes of a run that came from an archive. */
  private static double shareOfArchive() throws IOException {
    Path log = app.resolve("classes.log");
    run("-Xlog:class+load:file=" + log, "lint", "policy/default.yaml").orFail("lint");
    var lines = Files.readAllLines(log).stream().filter(l -> l.contains(" source: ")).toList();
    return (double) lines.stream().filter(l -> l.contains("shared objects file")).count()
        / lines.size();
  }

  private static Shell.Result run(String options, String... arguments) {
    var command = new ArrayList<>(List.of(app.resolve("ballast").toString()));
    command.addAll(List.of(arguments));
    return Shell.run(Shell.ROOT, Launcher.environment(options), Duration.ofMinutes(2), command);
  }
}
