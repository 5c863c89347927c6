package dev.ballast.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The shipped launcher, on the Java that runs the tests. */
public final class Launcher {
  /** The program. */
  public static final String PROGRAM = Shell.ROOT.resolve("deploy/image/ballast").toString();

  private static final Path TARGET = Shell.ROOT.resolve("target");

  private Launcher() {}

  /**
   * What the launcher reads.
   *
   * @param options further options of the JVM
   */
  public static Map<String, String> environment(String options) {
    return Map.of("JAVA_HOME", System.getProperty("java.home"), "BALLAST_JAVA_OPTIONS", options);
  }

  /** Makes the archive of classes unless there is one of this build. */
  public static synchronized void archive() {
    try {
      Path made = TARGET.resolve("archive.options");
      var built = Files.getLastModifiedTime(TARGET.resolve("ballast.jar"));
      if (!Files.exists(made) || Files.getLastModifiedTime(made).compareTo(built) <= 0) {
        Shell.run(Shell.ROOT, environment(""), Duration.ofMinutes(2), List.of(PROGRAM, "archive"))
            .orFail("archive");
      }
    } catch (IOException e) {
      throw new AssertionError("target/ballast.jar", e);
    }
  }
}
