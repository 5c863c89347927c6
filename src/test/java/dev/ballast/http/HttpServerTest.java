package dev.ballast.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * What holds for both servers, over real sockets on loopback: what is tested is the bytes on the
 * wire.
 */
@ParameterizedClass
@EnumSource(AnyServer.Kind.class)
final class HttpServerTest {
  private static final int LIMIT = 100_000;
  private static final String HOST = "127.0.0.1";
  private static final byte[] FIVE_MEGABYTES = new byte[5_000_000];

  private final List<String> tooLarge = new ArrayList<>();
  private final AtomicLong echoed = new AtomicLong();
  private final AtomicLong aheadNanos = new AtomicLong();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AnyServer.Kind kind;
  private final AnyServer server;
  private int port;

  static {
    new Random(1).nextBytes(FIVE_MEGABYTES);
  }

  HttpServerTest(AnyServer.Kind kind) {
    this.kind = kind;
    server = server(0);
  }

  @BeforeEach
  void start() {
    log.start();
    serverLog().addAppender(log);
    server.start();
    port = server.port();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    serverLog().detachAppender(log);
  }

  @Test
  void answer_small_hasContentLengthAndComesInOneRead() throws IOException {
    try (var raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
      byte[] first = raw.readOnce();

      assertThat(new String(first, UTF_8))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nhello")
          .containsIgnoringCase("Content-Length: 5\r\n")
          .containsIgnoringCase("Content-Type: application/json\r\n")
          .doesNotContainIgnoringCase("chunked")
          .doesNotContainIgnoringCase("Server:")
          .doesNotContainIgnoringCase("Date:");
    }
  }

  @Test
  void answer_ofFiveMegabytes_hasContentLengthAndIsWhole() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /big HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
      var answer = raw.read();

      assertThat(answer.header("transfer-encoding")).isEmpty();
      assertThat(answer.header("content-encoding")).isEmpty();
      assertThat(answer.header("content-length")).isEqualTo("5000000");
      assertThat(answer.body()).isEqualTo(FIVE_MEGABYTES);
    }
  }

  @Test
  void answer_later_holdsUpNoOtherCall() throws IOException {
    try (var held = connect();
        var other = connect()) {
      held.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
      other.post("/echo", "x".getBytes(UTF_8));
      assertThat(new String(other.read().body(), UTF_8)).isEqualTo("x");

      assertThat(new String(held.read().body(), UTF_8)).isEqualTo("1");
      held.post("/echo", "still here".getBytes(UTF_8));
      assertThat(new String(held.read().body(), UTF_8)).isEqualTo("still here");
    }
  }

  @Test
  void answer_laterThrows_is500WithoutABody() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /held-throw HTTP/1.1\r\nHost: x\r\n\r\n");
      var answer = raw.read();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void calls_thousandInTurn_useOneConnection() throws IOException {
    byte[] body = new byte[28_000];
    Arrays.fill(body, (byte) 'x');
    try (var raw = connect()) {
      for (int i = 0; i < 1_000; i++) {
        raw.post("/echo", body);
        var answer = raw.read();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("connection")).isEmpty();
        assertThat(answer.body()).hasSize(body.length);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /nowhere, 404",
    "POST, /echo/, 404",
    "POST, /ECHO, 404",
    "POST, /%65cho, 404",
    "POST, /, 404",
    "PUT, /echo, 405",
    "DELETE, /echo, 405",
    "PATCH, /echo, 405",
    "OPTIONS, /echo, 405",
    "TRACE, /echo, 405",
    "BREW, /echo, 405",
    "BREW, /nowhere, 404",
    "POST, /refuse, 400",
    "POST, /throw, 500",
  })
  void error_anyPath_hasNoBodyAndKeepsTheConnection(String method, String path, int status)
      throws IOException {
    try (var raw = connect()) {
      for (int i = 0; i < 3; i++) {
        raw.send(
            method
                + " "
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n"
                + "x".repeat(70_000));
        var answer = raw.read();

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("content-length")).isEqualTo("0");
        assertThat(answer.header("transfer-encoding")).isEmpty();
        assertThat(answer.body()).isEmpty();
      }
      raw.post("/echo", "still here".getBytes(UTF_8));
      assertThat(raw.read().text()).isEqualTo("still here");
    }
  }

  @Test
  void head_knownPath_hasNoBody() throws IOException {
    try (var raw = connect()) {
      raw.send("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(raw.readHead().status()).isEqualTo(405);
      raw.post("/echo", "next".getBytes(UTF_8));
      assertThat(raw.read().text()).isEqualTo("next");
    }
  }

  @Test
  void body_overTheLimit_isRefusedAndClosesAndIsLoggedOnce() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (var raw = connect()) {
        raw.post("/echo", new byte[LIMIT + 1]);
        var answer = raw.read();

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.body()).isEmpty();
        assertThat(raw.isClosedByServer()).isTrue();
      }
    }

    assertThat(tooLarge).containsExactly("/echo", "/echo", "/echo");
    assertThat(log.list)
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getFormattedMessage())
                    .isEqualTo(
                        "test: refused a request to /echo of 100001 bytes, the limit is 100000. Set nodeCacheCapable: true."));
    aheadNanos.addAndGet(61_000_000_000L);
    try (var raw = connect()) {
      raw.post("/echo", new byte[LIMIT + 1]);
      assertThat(raw.read().status()).isEqualTo(413);
    }
    assertThat(log.list).hasSize(2);
  }

  @Test
  void body_announcedFarOverTheLimit_isRefusedAfterTheLimit() throws IOException {
    try (var raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000000\r\n\r\n");
      raw.send("x".repeat(LIMIT + 1));

      assertThat(raw.read().status()).isEqualTo(413);
    }
  }

  @Test
  void body_exactlyAtTheLimit_isTaken() throws IOException {
    try (var raw = connect()) {
      raw.post("/echo", new byte[LIMIT]);

      assertThat(raw.read().body()).hasSize(LIMIT);
    }
  }

  @Test
  void body_chunked_isReadWhole() throws IOException {
    try (var raw = connect()) {
      for (int i = 0; i < 3; i++) {
        raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int n = 0; n < 9; n++) {
          raw.send("2710\r\n" + String.valueOf(n).repeat(10_000) + "\r\n");
        }
        raw.send("0\r\n\r\n");
        var answer = raw.read();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasSize(90_000);
        assertThat(answer.text()).startsWith("000").endsWith("888");
      }
    }
  }

  @Test
  void body_chunkedOverTheLimit_isRefused() throws IOException {
    try (var raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      raw.send("186a1\r\n" + "x".repeat(LIMIT + 1) + "\r\n0\r\n\r\n");

      assertThat(raw.read().status()).isEqualTo(413);
    }
    assertThat(log.list)
        .singleElement()
        .satisfies(e -> assertThat(e.getFormattedMessage()).contains("of unknown bytes"));
  }

  @Test
  void body_expectContinue_isAskedForAndTaken() throws IOException {
    try (var raw = connect()) {
      raw.send(
          "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(raw.readHead().status()).isEqualTo(100);
      raw.send("ok");

      assertThat(raw.read().text()).isEqualTo("ok");
    }
  }

  @Test
  void body_endsEarly_isRefusedWithoutBodyAndHarmsNobody() throws IOException {
    try (var raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort");
      raw.endOutput();
      var answer = raw.read();

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEmpty();
      assertThat(raw.isClosedByServer()).isTrue();
    }
    assertServes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n", // TLS on a plain port
        "POST /echo HTTP/1.1\r\n\r\n", // no Host
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /a/..;/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST /%2e%2e/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST /%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nNo Colon\r\n\r\n",
        "POST /echo HTTP/7.0\r\nHost: x\r\n\r\n",
      })
  void request_malformed_isRefusedWithoutBody(String bytes) throws IOException {
    try (var raw = connect()) {
      raw.send(bytes);
      var answer = raw.read();

      assertThat(answer.status()).isBetween(400, 505);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.header("content-length")).isEqualTo("0");
    }
    assertServes();
  }

  @Test
  void request_headTooLong_isRefusedAsSuch() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /big HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      var answer = raw.read();

      assertThat(answer.status()).isEqualTo(431);
      assertThat(answer.body()).isEmpty();
    }
    assertServes();
  }

  @Test
  void request_query_isGivenToTheHandler() throws Exception {
    var client = HttpClient.newHttpClient();
    for (String query : List.of("", "?", "?verbose", "?a=b&c=%20")) {
      var answer =
          client.send(
              HttpRequest.newBuilder(uri("/query" + query)).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo(query.isEmpty() ? "" : query.substring(1));
      assertThat(answer.headers().firstValueAsLong("content-length"))
          .hasValue(Math.max(0, query.length() - 1));
    }
  }

  @Test
  void request_stampOfArrival_isOfItsFirstByteByTheClock() throws Exception {
    aheadNanos.set(123_456_789_000L);
    try (var raw = connect()) {
      long before = nanos();
      raw.send("GET /arrived HTTP/1.1\r\n");
      Thread.sleep(50);
      long between = nanos();
      raw.send("Host: x\r\n\r\n");

      assertThat(Long.parseLong(raw.read().text())).isBetween(before, between - 25_000_000L);
    }
  }

  @Test
  void connection_idleForSeconds_staysOpen() throws Exception {
    try (var raw = connect()) {
      raw.post("/echo", "one".getBytes(UTF_8));
      assertThat(raw.read().text()).isEqualTo("one");
      Thread.sleep(3_000);
      raw.post("/echo", "two".getBytes(UTF_8));

      assertThat(raw.read().text()).isEqualTo("two");
    }
  }

  @Test
  void calls_inParallel_areAllAnswered() throws Exception {
    var failures = new ArrayList<Throwable>();
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 40; t++) {
      String text = "call " + t;
      var thread =
          new Thread(
              () -> {
                try (var raw = connect()) {
                  for (int i = 0; i < 20; i++) {
                    raw.post("/echo", text.getBytes(UTF_8));
                    assertThat(raw.read().text()).isEqualTo(text);
                  }
                } catch (IOException | AssertionError e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (var thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
  }

  @Test
  void close_whileACallIsOpen_letsItFinish() throws Exception {
    try (var raw = connect()) {
      raw.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
      var closing = new Thread(server::close);
      closing.start();
      awaitRefusal();
      release.countDown();

      assertThat(raw.read().text()).isEqualTo("done");
      closing.join();
    }
    server.close(); // again: no effect
  }

  @Test
  void start_portTaken_namesHostAndPort() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var second = server(taken.getLocalPort())) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("test: cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void port_started_isTheOneThatWasPicked() {
    assertThat(server.port()).isBetween(1, 65_535);
  }

  private void awaitRefusal() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      try (var probe = connect()) {
        assertThat(probe).isNotNull();
      } catch (IOException e) {
        return; // no longer listening
      }
      Thread.sleep(5);
    }
    throw new AssertionError("still listening after close");
  }

  private void assertServes() throws IOException {
    try (var raw = connect()) {
      raw.post("/echo", "fine".getBytes(UTF_8));
      assertThat(raw.read().text()).isEqualTo("fine");
    }
  }

  private URI uri(String path) {
    return URI.create("http://" + HOST + ":" + port + path);
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(HOST, port);
  }

  private long nanos() {
    return System.nanoTime() + aheadNanos.get();
  }

  private AnyServer server(int port) {
    return AnyServer.of(
        kind,
        new ServerSettings(
            "test", HOST, port, LIMIT, "Set nodeCacheCapable: true.", tooLarge::add, this::nanos),
        Map.of(
            "/echo", Map.of("POST", this::echo),
            "/big", Map.of("GET", r -> Response.ok("application/octet-stream", FIVE_MEGABYTES)),
            "/refuse", Map.of("POST", r -> Response.empty(400)),
            "/throw",
                Map.of(
                    "POST",
                    r -> {
                      throw new IllegalStateException("a defect, for this test");
                    }),
            "/query", Map.of("GET", r -> Response.ok("text/plain", r.query().getBytes(UTF_8))),
            "/arrived",
                Map.of(
                    "GET",
                    r ->
                        Response.ok(
                            "text/plain", String.valueOf(r.arrivedNanos()).getBytes(ISO_8859_1))),
            "/slow", Map.of("GET", r -> slow()),
            "/held", Map.of("GET", r -> held(() -> Response.ok("text/plain", calls()))),
            "/held-throw",
                Map.of(
                    "GET",
                    r ->
                        held(
                            () -> {
                              throw new IllegalStateException("a defect, for this test");
                            }))));
  }

  private Response echo(Request request) {
    echoed.incrementAndGet();
    return new Response(200, "application/json", request.body(), request.length());
  }

  private byte[] calls() {
    return String.valueOf(echoed.get()).getBytes(UTF_8);
  }

  private static Response held(Supplier<Response> answer) {
    return Response.ok("text/plain", "too early".getBytes(UTF_8))
        .orLater(new Response.Later(200, answer));
  }

  private Response slow() {
    entered.countDown();
    try {
      assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Response.empty(503);
    }
    return Response.ok("text/plain", "done".getBytes(UTF_8));
  }

  private static ch.qos.logback.classic.Logger serverLog() {
    return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("dev.ballast.http");
  }
}
