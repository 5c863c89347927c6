package dev.ballast.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only {@link CallServer} has; what both servers have is in {@link HttpServerTest}. */
final class CallServerTest {
  private static final int LIMIT = 100_000;
  private static final byte[] HUGE = new byte[50_000_000]; // more than two sockets' buffers hold
  private static final String POST = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  private static final long NEVER = TimeUnit.HOURS.toNanos(1);
  private static final CallLimits PATIENT = new CallLimits(3, NEVER, NEVER, NEVER, 2_000);

  private final AtomicInteger echoed = new AtomicInteger();
  private final ConcurrentLinkedQueue<Long> took = new ConcurrentLinkedQueue<>();
  private final CountDownLatch entered = new CountDownLatch(3);
  private final CountDownLatch release = new CountDownLatch(1);
  private CallServer server = server(PATIENT);

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private void start(CallLimits limits) {
    server = server(limits);
    server.start();
  }

  @Test
  void requests_pipelined_areAnsweredInTurn() throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      raw.send(request("one") + request("") + request("three") + "GET /nowhere HTTP/1.1\r\n");
      assertThat(raw.read().text()).isEqualTo("one");
      assertThat(raw.read().text()).isEmpty();
      assertThat(raw.read().text()).isEqualTo("three");

      raw.send("Host: x\r\n\r\n" + request("five"));
      assertThat(raw.read().status()).isEqualTo(404);
      assertThat(raw.read().text()).isEqualTo("five");
    }
  }

  @Test
  void requests_pipelinedAndSplitAnywhere_areAnsweredInTurn() throws IOException {
    start(PATIENT);
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      var sent = new ArrayList<String>();
      var bytes = new ByteArrayOutputStream();
      for (int i = 0; i < 10; i++) {
        String body = String.valueOf(i).repeat(random.nextInt(3_000));
        sent.add(body);
        bytes.writeBytes((random.nextBoolean() ? request(body) : chunked(body)).getBytes(UTF_8));
      }
      var got = new ArrayList<String>();
      try (var raw = connect()) {
        byte[] all = bytes.toByteArray();
        for (int at = 0; at < all.length; ) {
          int end = Math.min(all.length, at + 1 + random.nextInt(2_000));
          raw.send(Arrays.copyOfRange(all, at, end));
          at = end;
        }
        for (int i = 0; i < sent.size(); i++) {
          got.add(raw.read().text());
        }
      }

      assertThat(got).isEqualTo(sent);
    }
  }

  @Test
  void request_byteAfterByte_isAnswered() throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      for (String request : List.of(request("slow"), "\r\n" + chunked("slow"))) {
        for (byte b : request.getBytes(ISO_8859_1)) {
          raw.send(new byte[] {b});
        }
        assertThat(raw.read().text()).isEqualTo("slow");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        POST + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        POST + "Content-Length: 3, 3\r\n\r\nabc",
        POST + "Content-Length: +3\r\n\r\nabc",
        POST + "Content-Length: 0x3\r\n\r\nabc",
        POST + "Content-Length: 3 3\r\n\r\nabc",
        POST + "Content-Length:\r\n\r\nabc",
        POST + "Content-Length: 18446744073709551619\r\n\r\nabc",
        POST + "Content-Length : 3\r\n\r\nabc",
        POST + " Content-Length: 3\r\n\r\nabc",
        POST + "X: y\r\n Content-Length: 3\r\n\r\nabc", // a folded line
        POST + "Content-Length: 3\nX: y\r\n\r\nabc",
        POST + "Content-Length: 3\rX: y\r\n\r\nabc",
        POST + "Content-Length: 3\u0000\r\n\r\nabc",
        POST + "Content\u0001Length: 3\r\n\r\nabc",
        POST + "Content-Length: \u000b3\r\n\r\nabc",
        POST + ": 3\r\n\r\nabc",
        POST + "\n\nabc",
        POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n3;x\nabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n3;x\rabc\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nNo colon\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n A: b\r\n\r\n",
        "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x y\r\n\r\n",
        "POST /echo HTTP/1.1\r\n\r\n",
        "POST  /echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo  HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.1 \r\nHost: x\r\n\r\n",
        " POST /echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST\t/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo\u007f HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /\u00e9cho HTTP/1.1\r\nHost: x\r\n\r\n",
        "P(ST /echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo http/1.1\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.10\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/11\r\nHost: x\r\n\r\n",
        "POST /echo\r\nHost: x\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n",
        "\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\n\r\n",
      })
  void request_ambiguous_isRefusedAndEndsTheConnection(String bytes) throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      raw.send(bytes + request("smuggled"));
      var answer = raw.read();

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(raw.isClosedByServer()).isTrue();
    }
    assertThat(echoed).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST http://x:80/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
        "POST /echo?q=/nowhere HTTP/1.1\r\nHost:\r\nContent-Length: 003\r\n\r\nabc",
        "POST /echo HTTP/1.2\r\nhost: [::1]:80\r\ncontent-length:\t3 \t\r\n\r\nabc",
        POST
            + "X: \u00e9 \"y\"\r\nEmpty:\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc",
        POST + "Transfer-Encoding: CHUNKED\r\n\r\n002;a=b ;c\r\nab\r\n1\r\nc\r\n0\r\nT: u\r\n\r\n",
        POST + "Content-Lengths: 9\r\nX-Connection: close\r\nContent-Length: 3\r\n\r\nabc",
      })
  void request_unusual_isTaken(String bytes) throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      for (int i = 0; i < 2; i++) {
        raw.send(bytes);
        var answer = raw.read();

        assertThat(answer.text()).isEqualTo("abc");
        assertThat(answer.header("connection")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
        "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc",
        POST + "Connection: close\r\nContent-Length: 3\r\n\r\nabc",
        POST + "connection: TE , Close\r\nContent-Length: 3\r\n\r\nabc",
        POST + "Connection: keep-alive\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
      })
  void request_lastOfItsConnection_isAnsweredAndEndsIt(String bytes) throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      raw.send(bytes + request("not this one"));
      var answer = raw.read();

      assertThat(answer.text()).isEqualTo("abc");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(raw.isClosedByServer()).isTrue();
    }
    assertThat(echoed).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        POST + "Transfer-Encoding: chunked\r\n\r\n1;LONG\r\na\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nLONG: a\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: LONG\r\n\r\n",
        "POST /LONG HTTP/1.1\r\nHost: x\r\n\r\n",
        POST + "LONG: a\r\n\r\n",
      })
  void request_frameTooLong_isRefusedAsSuch(String bytes) throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      raw.send(bytes.replace("LONG", "a".repeat(9_000)));

      assertThat(raw.read().status()).isEqualTo(431);
      assertThat(raw.isClosedByServer()).isTrue();
    }
  }

  @Test
  void body_heldBackAndOverTheLimit_isNotAskedFor() throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      raw.send(POST + "Expect: 100-continue\r\nContent-Length: 100001\r\n\r\n");

      assertThat(raw.read().status()).isEqualTo(413);
      assertThat(raw.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 99_999, 130_900, 131_000, 131_072, 300_000})
  void answer_ofAnyLength_isWhole(int length) throws IOException {
    start(PATIENT);
    try (var raw = connect()) {
      for (int i = 0; i < 3; i++) {
        raw.send("GET /bytes?" + length + " HTTP/1.1\r\nHost: x\r\n\r\n");
        var answer = raw.read();

        assertThat(answer.header("content-length")).isEqualTo(String.valueOf(length));
        assertThat(answer.header("content-type")).isEqualTo(length == 0 ? "" : "text/plain");
        assertThat(answer.body()).isEqualTo(bytes(length));
        raw.send(request("between"));
        assertThat(raw.read().header("content-type")).isEqualTo("application/json");
      }
    }
  }

  @Test
  void answer_sent_isToldWithItsTime() throws IOException {
    start(PATIENT);
    long before = System.nanoTime();
    try (var raw = connect()) {
      raw.send(request("one"));
      assertThat(raw.read().text()).isEqualTo("one");
      raw.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"); // 405: nobody to tell
      assertThat(raw.read().status()).isEqualTo(405);
    }

    assertThat(took)
        .singleElement()
        .satisfies(nanos -> assertThat(nanos).isBetween(1L, System.nanoTime() - before));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P", "POST /echo HTTP/1.1\r\nHo", POST + "Content-Length: 9\r\n\r\nabc"})
  void request_stalls_isRefusedAndEndsTheConnection(String bytes) throws IOException {
    start(new CallLimits(3, NEVER, TimeUnit.MILLISECONDS.toNanos(20), NEVER, 2_000));
    try (var raw = connect()) {
      raw.send(bytes);

      assertThat(raw.read().status()).isEqualTo(408);
      assertThat(raw.isClosedByServer()).isTrue();
    }
  }

  @Test
  void connection_idleTooLong_isEnded() throws IOException {
    start(new CallLimits(3, TimeUnit.MILLISECONDS.toNanos(20), NEVER, NEVER, 2_000));
    try (var raw = connect()) {
      assertThat(raw.isClosedByServer()).isTrue();
    }
  }

  @Test
  void connection_clientDoesNotGoAfterTheLastAnswer_isEnded() throws Exception {
    start(new CallLimits(1, NEVER, NEVER, TimeUnit.MILLISECONDS.toNanos(20), 2_000));
    try (var stays = connect()) {
      stays.send("GARBAGE\r\n\r\n");
      assertThat(stays.read().status()).isEqualTo(400);
      awaitServed();
    }
  }

  @Test
  void connection_clientDoesNotTakeItsAnswer_isEnded() throws Exception {
    start(new CallLimits(1, TimeUnit.MILLISECONDS.toNanos(20), NEVER, NEVER, 2_000));
    try (var deaf = connect()) {
      deaf.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
      awaitServed();
    }
  }

  @Test
  void connections_oneTooMany_endsTheOneIdleLongest() throws IOException {
    start(PATIENT);
    try (var first = connect();
        var second = connect();
        var third = connect()) {
      for (var raw : List.of(first, second, third, first)) {
        raw.send(request("hello"));
        assertThat(raw.read().text()).isEqualTo("hello");
      }
      try (var fourth = connect()) {
        fourth.send(request("room"));
        assertThat(fourth.read().text()).isEqualTo("room");
        assertThat(second.isClosedByServer()).isTrue();
        for (var raw : List.of(first, third)) {
          raw.send(request("still here"));
          assertThat(raw.read().text()).isEqualTo("still here");
        }
      }
    }
  }

  @Test
  void connections_allAtWork_refuseOneMore() throws Exception {
    start(PATIENT);
    try (var first = connect();
        var second = connect();
        var third = connect()) {
      var all = List.of(first, second, third);
      for (var raw : all) {
        raw.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
      try (var fourth = connect()) {
        assertThat(fourth.isClosedByServer()).isTrue();
      }
      release.countDown();
      for (var raw : all) {
        assertThat(raw.read().text()).isEqualTo("done");
      }
    }
  }

  @Test
  void close_idleConnections_areEndedAtOnce() throws IOException {
    start(new CallLimits(3, NEVER, NEVER, NEVER, 600_000));
    try (var used = connect();
        var unused = connect()) {
      used.send(request("hello"));
      assertThat(used.read().text()).isEqualTo("hello");
      server.close();

      assertThat(used.isClosedByServer()).isTrue();
      assertThat(unused.isClosedByServer()).isTrue();
    }
  }

  @Test
  void close_callUnderWay_isItsConnectionsLast() throws Exception {
    start(new CallLimits(3, NEVER, NEVER, NEVER, 600_000));
    try (var raw = connect()) {
      raw.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
      awaitOneAtWork();
      var closing = new Thread(server::close);
      closing.start();
      awaitNotListening();
      release.countDown();
      var answer = raw.read();

      assertThat(answer.text()).isEqualTo("done");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(raw.isClosedByServer()).isTrue();
      closing.join();
    }
  }

  @Test
  void close_clientDoesNotTakeItsAnswer_isNotWaitedForLong() throws Exception {
    start(new CallLimits(3, NEVER, NEVER, NEVER, 50));
    try (var deaf = connect()) {
      deaf.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(deaf.readHead().status()).isEqualTo(200);
      server.close();

      assertThatThrownBy(() -> deaf.skip(HUGE.length)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void close_neverStartedOrTwice_isHarmless() {
    var unused = server(PATIENT);
    assertThat(unused.port()).isNegative();
    unused.close();
    unused.close();

    assertThatThrownBy(unused::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:0");
  }

  /** Waits until a connection is served, for which there may be no room yet. */
  private void awaitServed() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      try (var raw = connect()) {
        raw.send(request("room"));
        assertThat(raw.read().text()).isEqualTo("room");
        return;
      } catch (IOException e) {
        Thread.sleep(10); // refused
      }
    }
    throw new AssertionError("no connection was ended");
  }

  private void awaitOneAtWork() throws InterruptedException {
    for (int i = 0; i < 1_000 && entered.getCount() == 3; i++) {
      Thread.sleep(5);
    }
    assertThat(entered.getCount()).isEqualTo(2);
  }

  private void awaitNotListening() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      try (var probe = connect()) {
        assertThat(probe).isNotNull();
      } catch (IOException e) {
        return;
      }
      Thread.sleep(5);
    }
    throw new AssertionError("still listening after close");
  }

  private RawConnection connect() throws IOException {
    return new RawConnection("127.0.0.1", server.port());
  }

  private static String request(String body) {
    return POST + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String chunked(String body) {
    String chunk =
        body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
    return POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n";
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private CallServer server(CallLimits limits) {
    var settings =
        new ServerSettings("test", "127.0.0.1", 0, LIMIT, "", path -> {}, System::nanoTime);
    return new CallServer(
        settings,
        Map.of(
            "/echo", Map.of("POST", new Echo()),
            "/bytes",
                Map.of("GET", r -> Response.ok("text/plain", bytes(Integer.parseInt(r.query())))),
            "/huge", Map.of("GET", r -> Response.ok("text/plain", HUGE)),
            "/wait", Map.of("GET", r -> waiting())),
        limits);
  }

  private final class Echo implements Handler {
    @Override
    public Response handle(Request request) {
      echoed.incrementAndGet();
      return new Response(200, "application/json", request.body(), request.length());
    }

    @Override
    public void sent(Response response, long tookNanos) {
      took.add(tookNanos);
    }
  }

  private Response waiting() {
    entered.countDown();
    try {
      assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Response.ok("text/plain", "done".getBytes(UTF_8));
  }
}
