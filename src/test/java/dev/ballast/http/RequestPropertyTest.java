package dev.ballast.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** However the bytes of requests arrive, they are read as the same requests, or refused. */
final class RequestPropertyTest {
  private static final int LIMIT = 200_000;
  private static final String[] SCRAPS = {
    "POST ",
    "/a",
    " HTTP/1.1",
    "\r\n",
    "\r\n\r\n",
    "Host: x\r\n",
    "Content-Length: 3\r\n",
    "\n",
    "Transfer-Encoding: chunked\r\n",
    "3\r\nabc\r\n",
    "0\r\n\r\n",
    ";",
    ":",
    " ",
    "\t",
    "\0",
    "\r",
    "ffffffffffffff",
    "Expect: 100-continue\r\n",
    "\u00e9",
    "?",
    "Content-Length: 99999999\r\n"
  };

  /** A request as it was sent, or as it was read. */
  record Sent(String method, String path, String query, int length, int seed, boolean chunked) {
    byte[] body() {
      byte[] body = new byte[length];
      new Random(seed).nextBytes(body);
      return body;
    }

    String told() {
      return told(method, path, query, body());
    }

    static String told(String method, String path, String query, byte[] body) {
      return method + " " + path + " " + query + " " + body.length + " " + Arrays.hashCode(body);
    }

    void writeTo(ByteArrayOutputStream out) {
      String target = query.isEmpty() ? path : path + "?" + query;
      String head = method + " " + target + " HTTP/1.1\r\nhOST:x\r\nAccept: */*\t\r\n";
      if (!chunked) {
        out.writeBytes(bytes(head + "content-length: " + length + "\r\n\r\n"));
        out.writeBytes(body());
        return;
      }
      out.writeBytes(bytes(head + "TRANSFER-encoding:Chunked \r\n\r\n"));
      var random = new Random(seed);
      byte[] body = body();
      for (int at = 0; at < length; ) {
        int size = 1 + random.nextInt(length - at);
        out.writeBytes(bytes(Integer.toHexString(size) + (size % 2 == 0 ? "" : ";x=\"y\"")));
        out.writeBytes(bytes("\r\n"));
        out.write(body, at, size);
        out.writeBytes(bytes("\r\n"));
        at += size;
      }
      out.writeBytes(bytes("00\r\n" + (seed % 2 == 0 ? "" : "A-Trailer: of it\r\n") + "\r\n"));
    }

    private static byte[] bytes(String text) {
      return text.getBytes(ISO_8859_1);
    }
  }

  @Property(tries = 300)
  void receive_pipelinedAndSplitAnywhere_isTheSame(
      @ForAll("requests") List<Sent> requests, @ForAll int seed) throws Exception {
    var bytes = new ByteArrayOutputStream();
    requests.forEach(request -> request.writeTo(bytes));

    assertThat(read(bytes.toByteArray(), new Random(seed)))
        .isEqualTo(requests.stream().map(Sent::told).toList());
  }

  @Property(tries = 500)
  void receive_scraps_areReadOrRefused(@ForAll int seed) throws IOException {
    var random = new Random(seed);
    var text = new StringBuilder("POST /a HTTP/1.1\r\nHost: x\r\n");
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(SCRAPS[random.nextInt(SCRAPS.length)]);
    }
    byte[] bytes = text.toString().getBytes(ISO_8859_1);

    assertThat(outcome(bytes, new Random(1))).isEqualTo(outcome(bytes, new Random(2)));
  }

  @Property(tries = 500)
  void receive_oneByteChanged_isReadOrRefused(
      @ForAll("requests") List<Sent> requests, @ForAll int seed) throws IOException {
    var bytes = new ByteArrayOutputStream();
    requests.forEach(request -> request.writeTo(bytes));
    byte[] changed = bytes.toByteArray();
    var random = new Random(seed);
    changed[random.nextInt(Math.min(changed.length, 100))] = (byte) random.nextInt(256);

    assertThat(outcome(changed, new Random(1))).isEqualTo(outcome(changed, new Random(2)));
  }

  @Example
  void body_huge_isNotKept() throws Exception {
    var bytes = new ByteArrayOutputStream();
    new Sent("POST", "/a", "", 40_000, 1, false).writeTo(bytes);
    new Sent("POST", "/a", "", RequestBody.KEPT_BYTES + 1, 1, false).writeTo(bytes);
    var stream = new CallInput(new ByteArrayInputStream(bytes.toByteArray()));
    var head = new RequestHead(stream);
    var body = new RequestBody(stream, 10 * RequestBody.KEPT_BYTES);

    receive(stream, head, body);
    body.release();
    assertThat(body.bytes()).hasSizeBetween(40_000, 80_000);

    receive(stream, head, body);
    assertThat(body.bytes()).hasSizeGreaterThan(RequestBody.KEPT_BYTES);
    body.release();
    assertThat(body.bytes()).isEmpty();
  }

  @Provide
  Arbitrary<List<Sent>> requests() {
    var method = Arbitraries.of("GET", "POST", "BREW", "M-SEARCH");
    var path = Arbitraries.of("/", "/a", "/v1/filter", "/" + "long".repeat(1_000));
    var query = Arbitraries.of("", "a", "a=b&c=%20", "?");
    var length =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(0, 100)),
            Tuple.of(1, Arbitraries.integers().between(0, LIMIT)));
    return Combinators.combine(
            method, path, query, length, Arbitraries.integers(), Arbitraries.of(true, false))
        .as(Sent::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  private static void receive(CallInput input, RequestHead head, RequestBody body)
      throws IOException, RefusedException {
    assertThat(input.await()).isTrue();
    head.receive();
    body.receive(head);
  }

  private static List<String> read(byte[] bytes, Random random)
      throws IOException, RefusedException {
    var read = new ArrayList<String>();
    readTo(read, bytes, random);
    return read;
  }

  private static List<String> outcome(byte[] bytes, Random random) throws IOException {
    var read = new ArrayList<String>();
    try {
      readTo(read, bytes, random);
    } catch (RefusedException e) {
      assertThat(e.status()).isBetween(400, 505);
      read.add("refused with " + e.status());
    } catch (EOFException e) {
      read.add("ended early");
    }
    return read;
  }

  private static void readTo(List<String> read, byte[] bytes, Random random)
      throws IOException, RefusedException {
    var input = new CallInput(new SplitStream(bytes, random));
    var head = new RequestHead(input);
    var body = new RequestBody(input, LIMIT);
    while (input.await()) {
      head.receive();
      String method = head.method();
      String path = head.path();
      String query = head.query();
      body.receive(head);
      read.add(Sent.told(method, path, query, Arrays.copyOf(body.bytes(), body.length())));
    }
  }

  /** Gives its bytes in pieces, many of them of one byte. */
  private static final class SplitStream extends InputStream {
    private final byte[] bytes;
    private final Random random;
    private int position;

    SplitStream(byte[] bytes, Random random) {
      this.bytes = bytes;
      this.random = random;
    }

    @Override
    public int read() {
      return position == bytes.length ? -1 : bytes[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int most) {
      if (position == bytes.length) {
        return -1;
      }
      int wanted = random.nextBoolean() ? 1 : 1 + random.nextInt(20_000);
      int count = Math.min(Math.min(most, wanted), bytes.length - position);
      assertThat(count).isPositive();
      System.arraycopy(bytes, position, target, from, count);
      position += count;
      return count;
    }
  }
}
