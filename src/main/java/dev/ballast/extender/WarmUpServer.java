package dev.ballast.extender;

import dev.ballast.http.CallServer;
import dev.ballast.http.LoopbackClient;
import dev.ballast.http.ServerSettings;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP part of {@link WarmUp}: calls over a loopback connection to a server of its own, so that
 * the first real call finds reading, parsing and writing of HTTP loaded and compiled.
 */
final class WarmUpServer {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUpServer.class);

  private WarmUpServer() {}

  /** Makes so many calls of both verbs; a failure is logged, as a process can start without. */
  static void call(ExtenderService service, byte[] body, int calls, LongSupplier nanoClock) {
    var settings =
        new ServerSettings("warm-up", "127.0.0.1", 0, body.length, "", path -> {}, nanoClock);
    try (var server = new CallServer(settings, service.routes("/v1"))) {
      server.start();
      try (var client = new LoopbackClient(server.port())) {
        for (int i = 0; i < calls; i++) {
          client.call("POST", "/v1/filter", body);
          client.call("POST", "/v1/prioritize", body);
        }
      }
    } catch (IOException | IllegalStateException e) {
      LOG.warn("Calls to warm up failed; the first calls will be slower: {}", e.toString());
    }
  }
}
