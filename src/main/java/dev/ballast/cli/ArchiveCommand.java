package dev.ballast.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code ballast archive}: a step of the build that makes an archive of loaded classes beside the
 * jar, by a {@link TrainingRun} under the options of this JVM. Class data sharing before Java 25,
 * an ahead-of-time cache from then on. The file {@value #OPTIONS} names it, for {@code java @FILE}.
 * An archive serves the JVM and the jars that it was made with; any other JVM starts without.
 */
@Command(
    name = "archive",
    hidden = true,
    description = "Make the archive of classes beside the jar, with which this Java starts faster.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 made, 1 not made, 2 usage."})
final class ArchiveCommand implements Callable<Integer> {
  /** The file beside the jar that has the options to use the archive. */
  static final String OPTIONS = "archive.options";

  private static final int AHEAD_OF_TIME = 25; // the first Java that makes its cache in one step
  private static final String COMPACT_HEADERS = "-XX:+UseCompactObjectHeaders";
  private static final long LIMIT_SECONDS = 120;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    try {
      Path jar = jar();
      make(jar, Files.createTempDirectory("ballast-archive-"));
      return ExitCode.OK;
    } catch (IOException e) {
      err.println("ballast archive: " + e.getMessage());
      return ExitCode.SAYS_NO;
    }
  }

  private static Path jar() throws IOException {
    try {
      var source = Main.class.getProtectionDomain().getCodeSource().getLocation();
      Path jar = Path.of(source.toURI());
      if (!Files.isRegularFile(jar)) {
        throw new IOException("runs from " + jar + ", and an archive needs a jar: run ballast.jar");
      }
      return jar;
    } catch (URISyntaxException e) {
      throw new IOException("the place of the jar is not known", e);
    }
  }

  private static void make(Path jar, Path work) throws IOException, InterruptedException {
    boolean aheadOfTime = Runtime.version().feature() >= AHEAD_OF_TIME;
    Path home = Objects.requireNonNull(jar.getParent());
    Path archive = home.resolve(aheadOfTime ? "ballast.aot" : "ballast.jsa");
    Path made = home.resolve(archive.getFileName() + "." + ProcessHandle.current().pid());
    try {
      run(work, keytool(work));
      var training = List.of(TrainingRun.class.getName(), work.toString());
      if (aheadOfTime) {
        run(work, java(jar, List.of(COMPACT_HEADERS, "-XX:AOTCacheOutput=" + made), training));
      } else {
        Path classes = work.resolve("classes");
        run(work, java(jar, List.of("-XX:DumpLoadedClassList=" + classes), training));
        var dump =
            List.of(
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + made);
        run(work, java(jar, dump, List.of()));
      }
      if (!Files.exists(made)) {
        throw new IOException("this Java made no archive: " + Files.readString(log(work)));
      }
      Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
      Files.write(home.resolve(OPTIONS), options(aheadOfTime, archive));
    } finally {
      Files.deleteIfExists(made);
      delete(work);
    }
  }

  /** One option a line, in the quotes of an argument file. */
  private static List<String> options(boolean aheadOfTime, Path archive) {
    var lines = new ArrayList<String>();
    if (aheadOfTime) {
      lines.add("-XX:+IgnoreUnrecognizedVMOptions"); // an older Java starts, too
      lines.add(COMPACT_HEADERS);
    }
    String option = aheadOfTime ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
    lines.add("\"" + (option + archive).replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    return lines;
  }

  /** Another JVM with the options of this one and more. */
  private static List<String> java(Path jar, List<String> options, List<String> program) {
    var command = new ArrayList<>(List.of(tool("java")));
    command.addAll(ownOptions());
    command.addAll(options);
    command.addAll(List.of("-cp", jar.toString()));
    command.addAll(program);
    return command;
  }

  /** The options that this JVM was started with, but for an older archive. */
  private static List<String> ownOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-XX:SharedArchiveFile"))
        .filter(option -> !option.startsWith("-XX:AOTCache"))
        .toList();
  }

  /** A key pair for the TLS of the training's API server. */
  private static List<String> keytool(Path work) {
    var options =
        "-genkeypair -alias api -keyalg EC -groupname secp256r1 -dname CN=api -ext san=ip:127.0.0.1"
            + " -validity 1 -storetype PKCS12 -storepass "
            + TrainingApi.PASSWORD;
    var command = new ArrayList<>(List.of(tool("keytool")));
    command.addAll(List.of(options.split(" ", -1)));
    command.addAll(List.of("-keystore", work.resolve(TrainingApi.KEYS).toString()));
    return command;
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private static void run(Path work, List<String> command)
      throws IOException, InterruptedException {
    File log = log(work).toFile();
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command.get(0) + " took longer than " + LIMIT_SECONDS + " s");
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          command.get(0)
              + " ended with "
              + process.exitValue()
              + ": "
              + Files.readString(log(work)));
    }
  }

  private static Path log(Path work) {
    return work.resolve("log");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
