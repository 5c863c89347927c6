package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.inflight.BadText;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneShare;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopologyResultTest {
  /** As crane writes it. */
  private static final String TWO_ZONES =
      """
      [{"name":"node0","type":"Node","resources":{"capacity":{"cpu":"2"}}},\
      {"name":"node1","type":"Node","resources":{"capacity":{"cpu":"1500m"}}}]""";

  private static ZoneShare share(String zone, Map<String, Long> amounts) {
    return new ZoneShare(zone, new TreeMap<>(amounts));
  }

  @Test
  void write_shares_isWhatCraneWrites() {
    var shares =
        List.of(share("node0", Map.of("cpu", 2_000L)), share("node1", Map.of("cpu", 1_500L)));
    assertThat(TopologyResult.write(shares)).isEqualTo(TWO_ZONES);
  }

  @Test
  void write_otherResources_arePlainNumbers() {
    var shares = List.of(share("node0", Map.of("cpu", 1_000L, "memory", 1L << 40)));
    assertThat(TopologyResult.write(shares))
        .isEqualTo(
            "[{\"name\":\"node0\",\"type\":\"Node\",\"resources\":{\"capacity\":"
                + "{\"cpu\":\"1\",\"memory\":\"1099511627776\"}}}]");
  }

  @Test
  void read_asCraneWrites_isTheShares() {
    assertThat(TopologyResult.read(TWO_ZONES))
        .containsExactly(
            share("node0", Map.of("cpu", 2_000L)), share("node1", Map.of("cpu", 1_500L)));
  }

  @Test
  void read_numbersUnitsAndMore_areRead() {
    var read =
        TopologyResult.read(
            """
            [{"name": "z", "costs": [1], "resources": {"allocatable": {"cpu": "9"},
              "capacity": {"cpu": 3, "memory": "2Gi", "example.org/thing": "4"}}}]
            """);
    assertThat(read)
        .containsExactly(
            share("z", Map.of("cpu", 3_000L, "memory", 2L << 30, "example.org/thing", 4L)));
  }

  @Property(tries = 500)
  void read_whatWasWritten_isTheSame(@ForAll long seed) {
    var random = new Random(seed);
    var shares = new ArrayList<ZoneShare>();
    for (int zone = 1 + random.nextInt(8); zone > 0; zone--) {
      shares.add(
          share(
              "node" + zone,
              Map.of(
                  "cpu", (long) random.nextInt(1_000_000),
                  "memory", random.nextLong() >>> 12,
                  "hugepages-2Mi", (long) random.nextInt(100))));
    }
    assertThat(TopologyResult.read(TopologyResult.write(shares))).isEqualTo(shares);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | no list",
        "x | no JSON",
        "{} | no list",
        "null | no list",
        "7 | no list",
        "'\"node0\"' | no list",
        "[] | no list",
        "[{}] | a name of its own",
        "[null] | a name of its own",
        "[7] | a name of its own",
        "'[[\"name\"]]' | a name of its own",
        "'[{\"name\":\"\"}]' | a name of its own",
        "'[{\"name\":{}}]' | a name of its own",
        "'[{\"name\":\"a\"}]' | no resources.capacity.cpu",
        "'[{\"name\":\"a\",\"resources\":7}]' | no resources.capacity.cpu",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":[]}}]' | no resources.capacity.cpu",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":{\"memory\":\"1\"}}}]' | capacity.cpu",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":{\"cpu\":\"-1\"}}}]' | cpu is \"-1\"",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":{\"cpu\":\"two\"}}}]' | cpu is \"two\"",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":{\"cpu\":null}}}]' | cpu is",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":{\"cpu\":{}}}}]' | cpu is \"\"",
        "'[{\"name\":\"a\",\"resources\":{\"capacity\":{\"cpu\":true}}}]' | cpu is \"true\"",
        "'[] []' | no JSON",
        "'[{\"name\":\"a\"' | no JSON"
      })
  void read_rubbish_saysWhatIsWrong(String text, String why) {
    assertThatThrownBy(() -> TopologyResult.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void read_oneZoneTwice_isRefused() {
    assertThatThrownBy(() -> TopologyResult.read(TWO_ZONES.replace("node1", "node0")))
        .hasMessageContaining("a name of its own");
  }

  @Test
  void read_tooManyOrTooDeep_isRefused() {
    String zones =
        IntStream.range(0, 65)
            .mapToObj(i -> "{\"name\":\"n" + i + "\",\"resources\":{\"capacity\":{\"cpu\":\"1\"}}}")
            .collect(Collectors.joining(",", "[", "]"));
    assertThatThrownBy(() -> TopologyResult.read(zones)).hasMessageContaining("1 to 64 zones");
    assertThatThrownBy(() -> TopologyResult.read("[".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void read_longTexts_areToldInShort() {
    String text =
        "[{\"name\":\"a\",\"resources\":{\"capacity\":{\"%s\":\"%s\"}}}]"
            .formatted("k".repeat(10_000), "v".repeat(10_000));
    assertThatThrownBy(() -> TopologyResult.read(text))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void read_linesInTexts_areNotToldAsLines() {
    String text = "[{\"name\":\"a\",\"resources\":{\"capacity\":{\"c\\n\":\"1\\nERROR\"}}}]";
    assertThatThrownBy(() -> TopologyResult.read(text))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Property(tries = 2_000)
  void read_spoiltText_isSharesOrRefused(@ForAll long seed) {
    var random = new Random(seed);
    byte[] bytes = TWO_ZONES.getBytes(StandardCharsets.UTF_8);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:0-x ".charAt(random.nextInt(11));
    }
    try {
      assertThat(TopologyResult.read(new String(bytes, StandardCharsets.UTF_8)))
          .isNotEmpty()
          .allSatisfy(share -> assertThat(share.amount("cpu")).isNotNegative());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("wh");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rubbish", "[]", "[{\\\"name\\\":\\\"node0\\\"}]"})
  void readPod_resultCannotBeRead_countsAsIfItWereNotThereAndIsTold(String result) {
    var pod = read(result);
    assertThat(pod.result()).isEmpty();
    assertThat(pod.request()).containsEntry("cpu", 2_000L);
    assertThat(pod.problems())
        .singleElement()
        .asString()
        .startsWith(PodTopology.RESULT + " is ")
        .contains("counts in each zone");
  }

  @Test
  void readPod_resultCanBeRead_isItsShares() {
    assertThat(read(TWO_ZONES.replace("\"", "\\\"")).result())
        .contains(TopologyResult.read(TWO_ZONES));
  }

  /** The pod with this text as its result, quotes escaped. */
  private static PodTopology read(String result) {
    String pod =
        """
        {'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'shop', 'uid': 'u',
          'annotations': {'topology.crane.io/topology-result': '%s'}},
         'spec': {'nodeName': 'n', 'containers': [{'name': 'a', 'resources': {
           'requests': {'cpu': '2'}, 'limits': {'cpu': '2'}}}]},
         'status': {}}
        """
            .formatted(result);
    var view = PodView.read(ProtoJson.reader(ProtoJson.pod(pod)));
    return new PodReader().read(view, null, BadText.IGNORED).topology();
  }
}
