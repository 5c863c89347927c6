package dev.ballast.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Asks Prometheus single questions. */
final class SweepBenchPrometheus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  SweepBenchPrometheus(String url) {
    this.url = url;
  }

  /** The number of series that a query answers with. */
  int series(String promql) throws InterruptedException {
    return ask(promql).size();
  }

  /** The number that a query answers with; 0 without a series. */
  double number(String promql) throws InterruptedException {
    JsonNode result = ask(promql);
    return result.isEmpty() ? 0 : Double.parseDouble(result.get(0).path("value").get(1).asText());
  }

  /** Its version. */
  String version() throws InterruptedException {
    return get("/api/v1/status/buildinfo").path("data").path("version").asText();
  }

  /** Series that it holds in memory. */
  long seriesInHead() throws InterruptedException {
    return get("/api/v1/status/tsdb").path("data").path("headStats").path("numSeries").asLong();
  }

  private JsonNode ask(String promql) throws InterruptedException {
    String query = URLEncoder.encode(promql, StandardCharsets.UTF_8);
    return get("/api/v1/query?query=" + query).path("data").path("result");
  }

  /** Makes it read its configuration again. */
  void reload() throws InterruptedException {
    send(
        HttpRequest.newBuilder(URI.create(url + "/-/reload"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build());
  }

  private JsonNode get(String path) throws InterruptedException {
    String body = send(HttpRequest.newBuilder(URI.create(url + path)).build());
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  private String send(HttpRequest request) throws InterruptedException {
    try {
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    }
  }
}
