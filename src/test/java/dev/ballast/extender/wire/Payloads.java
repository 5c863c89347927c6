package dev.ballast.extender.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Requests of a real kube-scheduler, and seeded ways to spoil them. */
public final class Payloads {
  /** All requests that carry a pod and its nodes. */
  public static final List<String> REQUESTS =
      List.of(
          "filter-names.json",
          "filter-names-default-scheduler.json",
          "filter-nodes.json",
          "prioritize-names.json");

  private static final byte[] LIKELY =
      "{}[]\",:\\unltrfase0123456789.-+eE \n\u0000\u00ff".getBytes(StandardCharsets.ISO_8859_1);

  private Payloads() {}

  /** The bytes of a file of {@code src/test/resources/payloads}. */
  public static byte[] read(String name) {
    try (var in = Payloads.class.getResourceAsStream("/payloads/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no payload " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A filter request with the given names, as the client writes it. */
  public static byte[] filter(String schedulerName, List<String> names) {
    var text =
        new StringBuilder("{\"Pod\":{\"metadata\":{\"name\":\"p\"},\"spec\":{\"schedulerName\":\"")
            .append(schedulerName)
            .append("\"},\"status\":{}},\"Nodes\":null,\"NodeNames\":[");
    for (int i = 0; i < names.size(); i++) {
      text.append(i == 0 ? "\"" : ",\"").append(names.get(i)).append('"');
    }
    return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One to three spoilt places: a flipped bit, a cut, inserted, removed or doubled bytes. */
  public static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original;
    for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      int size = Math.min(1 + random.nextInt(12), bytes.length - at);
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> flip(bytes, at, random.nextInt(8));
            case 1 -> splice(bytes, at, bytes.length, new byte[0]);
            case 2 -> splice(bytes, at, at, new byte[] {likely(random)});
            case 3 -> splice(bytes, at, at + 1, new byte[] {likely(random)});
            case 4 -> splice(bytes, at, at + size, new byte[0]);
            default -> splice(bytes, at, at, java.util.Arrays.copyOfRange(bytes, at, at + size));
          };
    }
    return bytes;
  }

  private static byte likely(Random random) {
    return LIKELY[random.nextInt(LIKELY.length)];
  }

  private static byte[] flip(byte[] bytes, int at, int bit) {
    byte[] flipped = bytes.clone();
    flipped[at] = (byte) (flipped[at] ^ 1 << bit);
    return flipped;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] inserted) {
    byte[] out = new byte[bytes.length - (to - from) + inserted.length];
    System.arraycopy(bytes, 0, out, 0, from);
    System.arraycopy(inserted, 0, out, from, inserted.length);
    System.arraycopy(bytes, to, out, from + inserted.length, bytes.length - to);
    return out;
  }
}
