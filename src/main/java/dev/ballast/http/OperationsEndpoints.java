package dev.ballast.http;

import dev.ballast.metrics.Metrics;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What operators and kubelets ask: {@code /livez}, {@code /readyz} ({@code ?verbose} lists the
 * checks) and {@code /metrics} in Prometheus text format. Safe for use by many threads.
 */
public final class OperationsEndpoints {
  private static final String PLAIN = "text/plain; charset=utf-8";

  /**
   * A named condition.
   *
   * @param name a short name
   * @param passes whether it holds now
   * @param blocks whether the process is not ready while it does not hold; else it is only shown
   * @param detail what is behind it, for the verbose list
   */
  public record Check(
      String name, BooleanSupplier passes, boolean blocks, Supplier<String> detail) {}

  private OperationsEndpoints() {}

  /**
   * The routes.
   *
   * @param readiness the checks of {@code /readyz}
   * @param beforeScrape brings gauges up to date before metrics are read
   */
  public static Map<String, Map<String, Handler>> routes(
      Iterable<Check> readiness, Metrics metrics, Runnable beforeScrape) {
    var routes = new LinkedHashMap<String, Map<String, Handler>>();
    routes.put("/livez", Map.of("GET", request -> text(200, "ok\n")));
    routes.put("/readyz", Map.of("GET", request -> readyz(readiness, request)));
    routes.put("/metrics", Map.of("GET", request -> metrics(metrics, beforeScrape)));
    return routes;
  }

  private static Response readyz(Iterable<Check> checks, Request request) {
    var text = new StringBuilder();
    boolean ready = true;
    for (var check : checks) {
      boolean passes = check.passes().getAsBoolean();
      ready &= passes || !check.blocks();
      String mark = passes ? "[+]" : check.blocks() ? "[-]" : "[ ]";
      text.append(mark).append(check.name()).append(' ').append(check.detail().get()).append('\n');
    }
    String verdict = ready ? "ok\n" : "not ready\n";
    boolean verbose = !ready || request.query().contains("verbose");
    return text(ready ? 200 : 503, verbose ? text + verdict : verdict);
  }

  private static Response metrics(Metrics metrics, Runnable beforeScrape) {
    beforeScrape.run();
    var out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, metrics.registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a byte array does not fail
    }
    return Response.ok(PrometheusTextFormatWriter.CONTENT_TYPE, out.toByteArray());
  }

  private static Response text(int status, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    return new Response(status, PLAIN, body, body.length);
  }
}
