package dev.ballast.prometheus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Prometheus of our own: the installed program on a free loopback port with its own data. */
public final class RealPrometheus implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String url;

  private RealPrometheus(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param folder an empty folder for configuration, data and log
   * @param configuration its configuration file
   */
  public static RealPrometheus start(Path folder, String configuration)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("prometheus.yml"), configuration);
    int port = freePort();
    Path log = folder.resolve("prometheus.txt");
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RealPrometheus started = new RealPrometheus(process, "http://127.0.0.1:" + port);
    for (int i = 0; i < 300; i++) {
      if (!process.isAlive()) {
        throw new IOException("prometheus ended: " + Files.readString(log));
      }
      if (started.isReady()) {
        return started;
      }
      Thread.sleep(100);
    }
    started.close();
    throw new IOException("prometheus is not ready after 30 s: " + Files.readString(log));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where it listens. */
  public String url() {
    return url;
  }

  /** Asks it without the client that is under test. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /** Ends it, by force if it does not go. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
