package dev.ballast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests with the pod that {@code payloads/filter-names-500.json} of the tests carries, which is
 * what the real client sends, and any number of node names.
 */
public final class Payloads {
  private static final String FILE = "/payloads/filter-names-500.json";
  private static final String NAMES_KEY = "\"NodeNames\":[";

  private Payloads() {}

  /** A request with so many names, each as long as a cloud's: 41 to 44 bytes. */
  public static byte[] filter(int names) {
    return filter(head(), 0, names);
  }

  private static byte[] filter(String head, int first, int names) {
    String list =
        IntStream.range(first, first + names)
            .mapToObj(i -> '"' + nodeName(i % Fleet.NODES) + '"')
            .collect(Collectors.joining(","));
    return (head + list + "]}").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The same for a pod that spreads over no topology: a shortlist leaves other pods alone.
   *
   * @param first the number of the first node; behind the last one come the first again
   */
  public static byte[] filterForPlainPod(int first, int names) {
    String head = head().replace("\"topologySpreadConstraints\"", "\"none\"");
    return filter(head, first, names);
  }

  /** The name of node {@code i} in these requests. */
  public static String nodeName(int i) {
    return "ip-10-0-" + i / 250 + "-" + i % 250 + ".eu-central-1.compute.internal";
  }

  /** A request up to and with the bracket that opens the names. */
  static String head() {
    try (var in = Payloads.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + FILE + ": is the test jar on the path?");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.substring(0, text.indexOf(NAMES_KEY) + NAMES_KEY.length());
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }
}
