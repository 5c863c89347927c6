package dev.ballast.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.config.PrometheusConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrometheusClientTest {
  private static final String VECTOR =
      """
      {"status":"success","data":{"resultType":"vector","result":[%s]}}""";
  private static final String SERIES =
      """
      {"metric":{"__name__":"m","instance":"10.0.0.1:9100"},"value":[1435781451.781,"0.5"]}""";

  @TempDir private Path folder;

  private static PrometheusClient client(RawServer server) {
    return client(server.url(), Duration.ofSeconds(20), 1 << 20);
  }

  private static PrometheusClient client(String url, Duration timeout, long maxBytes) {
    return new PrometheusClient(
        new PrometheusConfig(
            Optional.of(URI.create(url)),
            timeout,
            maxBytes,
            Duration.ofSeconds(15),
            1000,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of()));
  }

  private static InstantAnswer answerTo(String body) throws Exception {
    try (RawServer server = RawServer.json(body);
        PrometheusClient client = client(server)) {
      return client.query("up", "instance");
    }
  }

  private static SourceException failureOf(RawServer server) throws Exception {
    try (server;
        PrometheusClient client = client(server)) {
      return failureOf(client);
    }
  }

  private static SourceException failureOf(PrometheusClient client) {
    SourceException e =
        catchThrowableOfType(SourceException.class, () -> client.query("sum(up)", "instance"));
    assertThat(e).isNotNull();
    assertThat(e).hasMessageContaining("sum(up)").hasMessageContaining("127.0.0.1");
    return e;
  }

  private static SourceException failureOf(String json) throws Exception {
    return failureOf(RawServer.json(json));
  }

  // Good answers

  @Test
  void query_vector_givesLabelValueAndTime() throws Exception {
    InstantAnswer answer =
        answerTo(
            VECTOR.formatted(
                SERIES
                    + ",{\"metric\":{\"job\":\"x\"},\"value\":[1435781451.781,\"1\"]},"
                    + "{\"metric\":{\"instance\":\"a\",\"x\":\"\"},\"value\":[1435781451,\"7\"]}"));
    assertThat(answer.samples())
        .containsExactly(new Sample("10.0.0.1:9100", 0.5), new Sample("a", 7));
    assertThat(answer.unlabelled()).isEqualTo(1);
    assertThat(answer.evaluatedAt()).isEqualTo(Instant.ofEpochMilli(1435781451781L));
  }

  @Test
  void query_noSeries_isEmptyAtTheEpoch() throws Exception {
    assertThat(answerTo(VECTOR.formatted("")))
        .isEqualTo(new InstantAnswer(Instant.EPOCH, List.of(), 0));
  }

  @Test
  void query_numbers_areReadAsPrometheusWritesThem() throws Exception {
    List<Double> values = new ArrayList<>();
    for (String text : List.of("NaN", "+Inf", "-Inf", "1e3", "-0.25", "5E-7")) {
      values.add(answerTo(VECTOR.formatted(SERIES.replace("0.5", text))).samples().get(0).value());
    }
    assertThat(values)
        .containsExactly(
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1000.0, -0.25, 5e-7);
  }

  @Test
  void query_infosAndUnknownKeys_areIgnored() throws Exception {
    String body =
        VECTOR
            .formatted(SERIES)
            .replaceFirst("}$", ",\"infos\":[\"x\"],\"warnings\":[],\"more\":{\"a\":[{}]}}");
    assertThat(answerTo(body).samples()).hasSize(1);
  }

  @Test
  void query_gzippedBody_isRead() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(VECTOR.formatted(SERIES).getBytes(StandardCharsets.UTF_8));
    }
    RawServer server =
        new RawServer(
            (socket, out) -> {
              out.write(
                  RawServer.head(200, "application/json", zipped.size(), "Content-Encoding: gzip"));
              zipped.writeTo(out);
            });
    try (server;
        PrometheusClient client = client(server)) {
      assertThat(client.query("up", "instance").samples()).hasSize(1);
      assertThat(server.requests.get(0).head()).contains("Accept-Encoding: gzip");
    }
  }

  @Test
  void query_request_isAFormWithoutTimeBelowThePrefix() throws Exception {
    try (RawServer server = RawServer.json(VECTOR.formatted(""));
        PrometheusClient client =
            client(server.url() + "/select/0/", Duration.ofSeconds(20), 1000)) {
      client.query("sum by (a) (up{x=\"ü+&\"})", "a");
      RawServer.Request request = server.requests.get(0);
      assertThat(request.head()).startsWith("POST /select/0/api/v1/query HTTP/1.1");
      assertThat(URLDecoder.decode(request.body(), StandardCharsets.UTF_8))
          .isEqualTo("query=sum by (a) (up{x=\"ü+&\"})&timeout=20.000");
    }
  }

  @Test
  void queryRange_matrix_givesEachSample() throws Exception {
    String body =
        """
        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"instance":"a"},"values":[[60,"1"],[90.5,"NaN"]]},
          {"metric":{},"values":[[60,"3"]]},
          {"metric":{"instance":"b"},"values":[[60,"2"]]}]}}
        """;
    List<String> seen = new ArrayList<>();
    try (RawServer server = RawServer.json(body);
        PrometheusClient client = client(server)) {
      client.queryRange(
          "up",
          "instance",
          Instant.ofEpochSecond(60),
          Instant.ofEpochMilli(120_500),
          Duration.ofMillis(30_500),
          (label, millis, value) -> seen.add(label + " " + millis + " " + value));
      assertThat(server.requests.get(0).head()).startsWith("POST /api/v1/query_range ");
      assertThat(server.requests.get(0).body()).endsWith("start=60.000&end=120.500&step=30.500");
    }
    assertThat(seen).containsExactly("a 60000 1.0", "a 90500 NaN", "b 60000 2.0");
  }

  @Test
  void queryNumber_scalarVectorOrNothing_givesTheNumber() throws Exception {
    String scalar =
        """
        {"status":"success","data":{"resultType":"scalar","result":[60.5,"42"]}}""";
    for (String body : List.of(scalar, VECTOR.formatted(SERIES.replace("0.5", "42")))) {
      try (RawServer server = RawServer.json(body);
          PrometheusClient client = client(server)) {
        assertThat(client.queryNumber("count(up)")).hasValue(42);
      }
    }
    try (RawServer server = RawServer.json(VECTOR.formatted(""));
        PrometheusClient client = client(server)) {
      assertThat(client.queryNumber("count(up)")).isEmpty();
    }
  }

  @Test
  void queryNumber_twoSeries_isBadShape() throws Exception {
    try (RawServer server = RawServer.json(VECTOR.formatted(SERIES + "," + SERIES));
        PrometheusClient client = client(server)) {
      assertThatThrownBy(() -> client.queryNumber("up"))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.reason()).isEqualTo(Cause.BAD_SHAPE))
          .hasMessageContaining("2 series");
    }
  }

  // Credentials and headers

  private PrometheusClient withSecrets(RawServer server, boolean bearer, Path file) {
    return new PrometheusClient(
        new PrometheusConfig(
            Optional.of(URI.create(server.url())),
            Duration.ofSeconds(20),
            1000,
            Duration.ofSeconds(15),
            1000,
            bearer ? Optional.of(file) : Optional.empty(),
            bearer ? Optional.empty() : Optional.of(new PrometheusConfig.BasicAuth("me", file)),
            Optional.empty(),
            false,
            Map.of("X-Scope-OrgID", "tenant")));
  }

  @Test
  void query_bearerToken_isReadAnewForEachCall() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "first\n");
    try (RawServer server = RawServer.json(VECTOR.formatted(""));
        PrometheusClient client = withSecrets(server, true, file)) {
      client.query("up", "instance");
      Files.writeString(file, "second");
      client.query("up", "instance");
      assertThat(server.requests.get(0).head())
          .contains("Authorization: Bearer first\r\n", "X-Scope-OrgID: tenant\r\n");
      assertThat(server.requests.get(1).head()).contains("Authorization: Bearer second\r\n");
    }
  }

  @Test
  void query_basicAuth_sendsUserAndPassword() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "söcret\n");
    try (RawServer server = RawServer.json(VECTOR.formatted(""));
        PrometheusClient client = withSecrets(server, false, file)) {
      client.query("up", "instance");
      assertThat(server.requests.get(0).head()).contains("Authorization: Basic bWU6c8O2Y3JldA==");
    }
  }

  @Test
  void query_secretMissingEmptyOrUnfit_isNotAskedAndNotTold() throws Exception {
    try (RawServer server = RawServer.json(VECTOR.formatted(""))) {
      Path file = folder.resolve("token");
      try (PrometheusClient client = withSecrets(server, true, file)) {
        assertThat(failureOf(client)).hasMessageContaining("token cannot be read");
        Files.writeString(file, " \n");
        assertThat(failureOf(client)).hasMessageContaining("token is empty");
        Files.writeString(file, "hidden\nhidden");
        SourceException unfit = failureOf(client);
        assertThat(unfit.reason()).isEqualTo(Cause.CREDENTIALS);
        assertThat(unfit.getMessage()).doesNotContain("hidden");
      }
      assertThat(server.requests).isEmpty();
    }
  }

  // Answers that are none

  @Test
  void query_nobodyListens_isUnreachable() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (PrometheusClient client =
        client("http://127.0.0.1:" + port, Duration.ofSeconds(20), 1000)) {
      assertThat(failureOf(client).reason()).isEqualTo(Cause.UNREACHABLE);
    }
  }

  @Test
  void query_connectionReset_isUnreachable() throws Exception {
    assertThat(failureOf(new RawServer((socket, out) -> socket.setSoLinger(true, 0))).reason())
        .isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void query_resetWithinTheBody_isTruncated() throws Exception {
    RawServer server =
        new RawServer(
            (socket, out) -> {
              out.write(RawServer.head(200, "application/json", 10_000));
              out.write("{\"status\":".getBytes(StandardCharsets.UTF_8));
              out.flush();
              Thread.sleep(200);
              socket.setSoLinger(true, 0);
            });
    assertThat(failureOf(server).reason()).isEqualTo(Cause.TRUNCATED);
  }

  @Test
  void query_bodyShorterThanItsLength_isTruncated() throws Exception {
    RawServer server =
        new RawServer(
            (socket, out) -> {
              out.write(RawServer.head(200, "application/json", 10_000));
              out.write(VECTOR.formatted(SERIES).getBytes(StandardCharsets.UTF_8));
            });
    assertThat(failureOf(server).reason()).isEqualTo(Cause.TRUNCATED);
  }

  @Test
  void query_answerCutAtAnyByte_isNeverAnAnswer() throws Exception {
    String body = VECTOR.formatted(SERIES);
    for (int length = 0; length < body.length(); length += 7) {
      assertThat(failureOf(body.substring(0, length)).reason())
          .as("first %s characters", length)
          .isEqualTo(Cause.TRUNCATED);
    }
  }

  @Test
  void query_dripPastTheTimeout_isTimeout() throws Exception {
    RawServer server =
        new RawServer(
            (socket, out) -> {
              out.write(RawServer.head(200, "application/json", 1000));
              for (int i = 0; i < 1000; i++) {
                out.write(' ');
                out.flush();
                Thread.sleep(20);
              }
            });
    try (server;
        PrometheusClient client = client(server.url(), Duration.ofMillis(300), 1 << 20)) {
      SourceException e = failureOf(client);
      assertThat(e.reason()).isEqualTo(Cause.TIMEOUT);
      assertThat(e).hasMessageContaining("timeout 300 ms");
    }
  }

  @Test
  void query_noAnswer_isTimeout() throws Exception {
    try (RawServer server = new RawServer((socket, out) -> Thread.sleep(20_000));
        PrometheusClient client = client(server.url(), Duration.ofMillis(300), 1 << 20)) {
      assertThat(failureOf(client).reason()).isEqualTo(Cause.TIMEOUT);
    }
  }

  @Test
  void query_200MegabytesOfSeries_stopsAtTheLimit() throws Exception {
    AtomicLong sent = new AtomicLong();
    long whole = 200L << 20;
    RawServer server =
        new RawServer(
            (socket, out) -> {
              out.write(RawServer.head(200, "application/json", whole));
              String start = VECTOR.substring(0, VECTOR.indexOf("%s"));
              out.write(start.getBytes(StandardCharsets.UTF_8));
              byte[] chunk = (SERIES + ",").repeat(500).getBytes(StandardCharsets.UTF_8);
              while (sent.get() < whole) {
                out.write(chunk);
                sent.addAndGet(chunk.length);
              }
            });
    try (server;
        PrometheusClient client = client(server.url(), Duration.ofSeconds(60), 8 << 20)) {
      SourceException e = failureOf(client);
      assertThat(e.reason()).isEqualTo(Cause.TOO_LARGE);
      assertThat(e).hasMessageContaining("maxResponseBytes 8388608");
      assertThat(sent.get()).isLessThan(32 << 20); // the limit and what sockets buffer
    }
  }

  @Test
  void query_smallGzipOfALargeBody_stopsAtTheLimit() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      byte[] blank = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 64; i++) {
        gzip.write(blank);
      }
    }
    RawServer server =
        new RawServer(
            (socket, out) -> {
              out.write(
                  RawServer.head(200, "application/json", zipped.size(), "Content-Encoding: gzip"));
              zipped.writeTo(out);
            });
    assertThat(failureOf(server).reason()).isEqualTo(Cause.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 422, 429, 500, 503, 504})
  void query_errorStatus_givesStatusAndPrometheusText(int status) throws Exception {
    String body = "{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"too\\nmany samples\"}";
    SourceException e = failureOf(RawServer.of(status, "application/json", body));
    assertThat(e.reason()).isEqualTo(Cause.HTTP_STATUS);
    assertThat(e.httpStatus()).isEqualTo(status);
    assertThat(e).hasMessageContaining("HTTP status " + status + ": too many samples; ");
  }

  @Test
  void query_errorStatusWithLongText_isCut() throws Exception {
    String body = "{\"status\":\"error\",\"error\":\"" + "long ".repeat(10_000) + "\"}";
    assertThat(failureOf(RawServer.of(500, "application/json", body)).getMessage())
        .hasSizeLessThan(600)
        .contains("long long");
  }

  @Test
  void query_errorStatusWithHtml_namesItsType() throws Exception {
    SourceException e = failureOf(RawServer.of(502, "text/html", "<html>Bad Gateway</html>"));
    assertThat(e.reason()).isEqualTo(Cause.HTTP_STATUS);
    assertThat(e).hasMessageContaining("text/html").hasMessageNotContaining("<html>");
  }

  @Test
  void query_redirect_isNotFollowed() throws Exception {
    try (RawServer target = RawServer.json(VECTOR.formatted(SERIES))) {
      String location = target.url() + "/elsewhere";
      SourceException e = failureOf(RawServer.of(302, "text/html", "", "Location: " + location));
      assertThat(e.httpStatus()).isEqualTo(302);
      assertThat(e).hasMessageContaining(location);
      assertThat(target.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE html><html><body>Sign in</body></html>",
        "hello",
        "{status:1}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[}}",
        "\u0000\u0001\u0002\u0003",
      })
  void query_noJson_isNotJson(String body) throws Exception {
    assertThat(failureOf(body).reason()).isEqualTo(Cause.NOT_JSON);
  }

  @Test
  void query_statusError_isErrorStatus() throws Exception {
    SourceException e =
        failureOf("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}");
    assertThat(e.reason()).isEqualTo(Cause.ERROR_STATUS);
    assertThat(e).hasMessageContaining("bad_data: parse error");
  }

  @Test
  void query_warnings_arePartialAndNoAnswer() throws Exception {
    SourceException e =
        failureOf(
            VECTOR.formatted(SERIES).replaceFirst("}$", ",\"warnings\":[\"store down\",\"x\"]}"));
    assertThat(e.reason()).isEqualTo(Cause.WARNINGS);
    assertThat(e).hasMessageContaining("store down");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"success\"",
        "{}",
        "{\"status\":\"success\"}",
        "{\"status\":\"success\",\"data\":null}",
        "{\"status\":\"success\",\"data\":[]}",
        "{\"status\":\"fine\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\"}}",
        "{\"status\":\"success\",\"data\":{\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\"]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"2\"]}}",
        "{\"status\":\"success\",\"status\":\"success\","
            + "\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[],\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}} {}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}rubbish",
        "{\"status\":\"success\",\"warnings\":\"x\"}",
      })
  void query_wrongEnvelope_isBadShape(String body) throws Exception {
    assertThat(failureOf(body).reason()).isEqualTo(Cause.BAD_SHAPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "[]",
        "{}",
        "{\"metric\":{\"instance\":\"a\"}}",
        "{\"metric\":[],\"value\":[1,\"2\"]}",
        "{\"metric\":{\"instance\":7},\"value\":[1,\"2\"]}",
        "{\"metric\":{\"instance\":\"a\",\"instance\":\"b\"},\"value\":[1,\"2\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"2\"],\"value\":[1,\"2\"]}",
        "{\"value\":[1,\"2\"],\"metric\":{\"instance\":\"a\"}}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":\"2\"}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"2\",3]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,2]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,null]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[\"1\",\"2\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[-1,\"2\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1e300,\"2\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\" 2\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"0x2p1\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"2f\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"nan\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"value\":[1,\"1e\"]}",
        "{\"metric\":{\"instance\":\"a\"},\"values\":[[1,\"2\"]]}",
        "{\"metric\":{\"instance\":\"a\"},\"histogram\":[1,{\"count\":\"3\"}]}",
      })
  void query_wrongSeries_isBadShape(String series) throws Exception {
    assertThat(failureOf(VECTOR.formatted(SERIES + "," + series)).reason())
        .isEqualTo(Cause.BAD_SHAPE);
  }

  @Test
  void query_deepNesting_isBadShape() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(
            failureOf(VECTOR.formatted(SERIES).replaceFirst("}$", ",\"x\":" + deep + "}")).reason())
        .isEqualTo(Cause.BAD_SHAPE);
  }

  @Test
  void queryRange_nativeHistogram_isBadShape() throws Exception {
    String body =
        """
        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"instance":"a"},"histograms":[[60,{"count":"1"}]]}]}}
        """;
    try (RawServer server = RawServer.json(body);
        PrometheusClient client = client(server)) {
      assertThatThrownBy(
              () ->
                  client.queryRange(
                      "up",
                      "instance",
                      Instant.EPOCH,
                      Instant.EPOCH,
                      Duration.ofSeconds(1),
                      (label, millis, value) -> {}))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.reason()).isEqualTo(Cause.BAD_SHAPE))
          .hasMessageContaining("histogram");
    }
  }

  // Ending

  @Test
  void close_whileACallIsUnderWay_endsIt() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    RawServer server =
        new RawServer(
            (socket, out) -> {
              asked.complete(null);
              Thread.sleep(60_000);
            });
    try (server) {
      PrometheusClient client = client(server.url(), Duration.ofSeconds(60), 1000);
      CompletableFuture<InstantAnswer> call =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.query("up", "instance");
                } catch (SourceException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      asked.join();
      client.close();
      assertThatThrownBy(call::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(SourceException.class);
    }
  }

  // Settings

  @Test
  void settings_unfitHeader_isRefusedWithoutItsValue() {
    PrometheusConfig settings =
        new PrometheusConfig(
            Optional.of(URI.create("http://127.0.0.1")),
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(15),
            1000,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of("X-Key", "hidden\n"));
    assertThatThrownBy(() -> new PrometheusClient(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X-Key")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void settings_caFileWithoutCertificates_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), "nothing");
    PrometheusConfig settings =
        new PrometheusConfig(
            Optional.of(URI.create("https://127.0.0.1")),
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(15),
            1000,
            Optional.empty(),
            Optional.empty(),
            Optional.of(file),
            false,
            Map.of());
    assertThatThrownBy(() -> new PrometheusClient(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ca.pem");
  }

  // Single questions

  @Test
  void serverInfo_buildinfo_givesVersionAndClock() throws Exception {
    String date = "Date: Sun, 22 Nov 2026 12:00:00 GMT";
    try (RawServer server =
            RawServer.of(
                200,
                "application/json",
                "{\"status\":\"success\",\"data\":{\"version\":\"2.42.0\",\"branch\":\"x\"}}",
                date);
        PrometheusClient client = client(server)) {
      assertThat(client.serverInfo())
          .isEqualTo(
              new PrometheusClient.ServerInfo(
                  Optional.of("2.42.0"), Optional.of(Instant.parse("2026-11-22T12:00:00Z"))));
      assertThat(server.requests.get(0).head()).startsWith("GET /api/v1/status/buildinfo ");
    }
  }

  @Test
  void serverInfo_sourceWithoutThatPage_hasAnswered() throws Exception {
    try (RawServer server = RawServer.of(404, "text/plain", "not found");
        PrometheusClient client = client(server)) {
      assertThat(client.serverInfo().version()).isEmpty();
    }
  }

  @Test
  void serverInfo_anotherServer_isAFailureThatNamesNoQuery() throws Exception {
    for (RawServer server :
        List.of(
            RawServer.of(200, "text/html", "<html>login</html>"),
            RawServer.json("{}"),
            RawServer.of(401, "text/plain", ""))) {
      try (server;
          PrometheusClient client = client(server)) {
        assertThatThrownBy(client::serverInfo)
            .isInstanceOf(SourceException.class)
            .hasMessageStartingWith(server.url() + ": ");
      }
    }
  }

  @Test
  void querySamples_rangeSelector_givesEachSampleWithItsOwnTime() throws Exception {
    String matrix =
        """
        {"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"instance":"a"},"values":[[10.5,"1"],[12.5,"2"]]}]}}""";
    List<Long> times = new ArrayList<>();
    try (RawServer server = RawServer.json(matrix);
        PrometheusClient client = client(server)) {
      client.querySamples("m[1m]", "instance", (label, millis, value) -> times.add(millis));
      assertThat(server.requests.get(0).head()).startsWith("POST /api/v1/query ");
    }
    assertThat(times).containsExactly(10_500L, 12_500L);
  }
}
