package dev.ballast.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.e2e.Await;
import dev.ballast.e2e.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of the Go programs in {@code benchmarks/stub}. */
final class StubExtender implements Extender {
  private static final Path PROGRAM = Shell.ROOT.resolve("benchmarks/target/stub");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final String url;
  private final Path log;

  private StubExtender(Process process, String url, Path log) {
    this.process = process;
    this.url = url;
    this.log = log;
  }

  /** Starts a stub and waits until it answers. */
  static StubExtender start(BenchCluster cluster, Variant variant) {
    var address = "127.0.0.1:" + cluster.local().extenderPort();
    var command =
        new ArrayList<>(List.of(PROGRAM.toString(), variant.kind().label(), "--listen", address));
    if (variant.keep() > 0) {
      command.addAll(List.of("--keep", String.valueOf(variant.keep())));
    }
    Path log = cluster.local().folder().resolve("log/stub.log");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      var stub = new StubExtender(process, "http://" + address, log);
      try {
        Await.until("stub ready", Duration.ofSeconds(10), stub::answers);
      } catch (AssertionError e) {
        stub.close();
        throw e;
      }
      return stub;
    } catch (IOException e) {
      throw new UncheckedIOException("'make bench-build' makes " + PROGRAM, e);
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the stub has ended: " + BenchCluster.read(log));
    }
    try {
      stats();
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private String stats() {
    try {
      var request = HttpRequest.newBuilder(URI.create(url + "/stats")).build();
      return http.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public Work work() {
    try {
      var stats = new ObjectMapper().readTree(stats());
      return new Work(
          stats.get("calls").asDouble(),
          1,
          stats.get("p50Micros").asDouble(),
          stats.get("p99Micros").asDouble(),
          stats.get("maxMicros").asDouble());
    } catch (IOException e) {
      throw new UncheckedIOException("stats of the stub", e);
    }
  }

  @Override
  public double cpuSeconds() {
    return ProcessCpu.seconds(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
