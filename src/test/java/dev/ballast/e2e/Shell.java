package dev.ballast.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands and gives back what they print. */
public final class Shell {
  /** The root of the repository: tests run there. */
  public static final Path ROOT = Path.of("").toAbsolutePath();

  public record Result(int exitCode, String out, String err) {
    public Result orFail(Object what) {
      if (exitCode != 0) {
        throw new AssertionError(what + " ended with " + exitCode + "\n" + out + "\n" + err);
      }
      return this;
    }
  }

  private Shell() {}

  /** Runs a command in a folder to its end; fails when it takes longer than the timeout. */
  public static Result run(
      Path folder, Map<String, String> environment, Duration timeout, List<String> command) {
    try {
      Path out = Files.createTempFile("ballast-", ".out");
      Path err = Files.createTempFile("ballast-", ".err");
      var builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      var process = builder.start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            command + " took longer than " + timeout + "\n" + Files.readString(err));
      }
      var result =
          new Result(
              process.exitValue(),
              Files.readString(out, StandardCharsets.UTF_8),
              Files.readString(err, StandardCharsets.UTF_8));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new AssertionError(command + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command + " was interrupted", e);
    }
  }
}
