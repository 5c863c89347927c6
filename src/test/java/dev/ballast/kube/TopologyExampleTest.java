package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ballast.inflight.Quantity;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZoneLedger.Assumption.Chosen;
import dev.ballast.topology.ZonePreference;
import dev.ballast.topology.ZoneShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pods of {@code deploy/topology} get the results that are written above them. */
final class TopologyExampleTest {
  private static final Path FOLDER = Path.of("deploy/topology");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern RESULT =
      Pattern.compile("# +topology\\.crane\\.io/topology-result:\n((?:# +.*\n)+)");

  @Test
  void assume_podsOfTheExample_getTheResultsThatAreShown() throws Exception {
    String text = Files.readString(FOLDER.resolve("example-pods.yaml"));
    var ledger = new ZoneLedger(ZonePreference.MOST_FREE);
    ledger.put(
        TopologyReader.read(
            NodeTopology.Kind.CRANE, YAML.readTree(FOLDER.resolve("example.yaml").toFile())),
        0);
    var chosen = new ArrayList<List<ZoneShare>>();
    for (JsonNode pod : pods(text)) {
      String name = pod.at("/metadata/name").asText();
      var assumption =
          ledger.assume(
              new ZoneLedger.Pod(name, "default", name, topology(pod)), "node-000", chosen.size());
      assertThat(assumption).as(name).isInstanceOf(Chosen.class);
      assertThat(((Chosen) assumption).needsResult()).isTrue();
      chosen.add(((Chosen) assumption).shares());
    }
    assertThat(chosen).hasSize(2).isEqualTo(shown(text));
  }

  private static List<JsonNode> pods(String text) throws IOException {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return documents.readAll();
    }
  }

  private static PodTopology topology(JsonNode pod) {
    JsonNode annotations = pod.at("/metadata/annotations");
    var builder =
        new PodTopology.Builder()
            .awareness(Optional.of(annotations.path(PodTopology.AWARENESS).asText()))
            .cpuPolicy(Optional.of(annotations.path(PodTopology.CPU_POLICY).asText()));
    for (JsonNode container : pod.at("/spec/containers")) {
      JsonNode resources = container.path("resources");
      builder.container(
          PodTopology.Run.CONTAINER,
          amounts(resources.path("requests")),
          amounts(resources.path("limits")));
    }
    var topology = builder.build();
    assertThat(topology.problems()).isEmpty();
    return topology;
  }

  private static Map<String, Long> amounts(JsonNode quantities) {
    var amounts = new TreeMap<String, Long>();
    quantities
        .properties()
        .forEach(
            entry -> {
              double amount = Quantity.parse(entry.getValue().asText());
              boolean cpu = entry.getKey().equals(NodeTopology.CPU);
              amounts.put(entry.getKey(), Math.round(cpu ? amount * 1_000 : amount));
            });
    return amounts;
  }

  /** The results in the comments, in their order. */
  private static List<List<ZoneShare>> shown(String text) throws IOException {
    var shown = new ArrayList<List<ZoneShare>>();
    var results = RESULT.matcher(text);
    while (results.find()) {
      var shares = new ArrayList<ZoneShare>();
      for (JsonNode zone : new JsonMapper().readTree(results.group(1).replace("#", ""))) {
        assertThat(zone.path("type").asText()).isEqualTo(NodeTopology.NUMA_TYPE);
        shares.add(
            new ZoneShare(
                zone.path("name").asText(),
                new TreeMap<>(amounts(zone.at("/resources/capacity")))));
      }
      shown.add(shares);
    }
    return shown;
  }
}
