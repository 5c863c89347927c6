package dev.ballast.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The model reads every recorded answer as the real client did. */
final class ClientModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The nodes of the request that the recorded answers belong to. */
  private static final Set<String> ASKED =
      tree("filter-names.json")
          .get("NodeNames")
          .valueStream()
          .map(JsonNode::asText)
          .collect(Collectors.toSet());

  static Stream<JsonNode> recorded() {
    return tree("response-edge-cases.json").valueStream();
  }

  @Test
  void recorded_entries_areAllThere() {
    assertThat(recorded()).hasSize(44);
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void model_recordedAnswer_readsWhatTheRealClientRead(JsonNode entry) {
    int status = entry.get("Status").asInt();
    byte[] body = entry.get("Body").asText().getBytes(UTF_8);
    boolean fails = !entry.get("ClientError").asText().isEmpty();
    int nodes = entry.get("Nodes").asInt();
    switch (entry.get("Verb").asText()) {
      case "filter" -> {
        var read =
            ClientModel.filter(status, body, ASKED, entry.get("NodeCacheCapable").asBoolean());
        assertThat(read.error().isEmpty()).isEqualTo(!fails);
        assertThat(read.nodes()).hasSize(nodes);
        assertThat(read.failed()).hasSize(entry.get("Failed").asInt());
        assertThat(read.unresolvable()).hasSize(entry.get("Unresolvable").asInt());
      }
      case "prioritize" -> {
        var read = ClientModel.prioritize(status, body);
        assertThat(read.error().isEmpty()).isEqualTo(!fails);
        assertThat(read.scores()).isEqualTo(scores(entry));
      }
      case "bind" -> assertThat(ClientModel.bind(status, body).isEmpty()).isEqualTo(!fails);
      case "preempt" -> {
        var read =
            ClientModel.preempt(
                status, body, ASKED.stream().collect(Collectors.toMap(n -> n, n -> Set.of("u"))));
        assertThat(read.error().isEmpty()).isEqualTo(!fails);
        assertThat(read.nodes()).hasSize(nodes);
      }
      default -> throw new IllegalArgumentException("no such verb: " + entry);
    }
  }

  @Test
  void preempt_victimsOnTheirNode_areKept() {
    byte[] body =
        "{\"NodeNameToMetaVictims\":{\"a\":{\"Pods\":[{\"UID\":\"u\"}],\"NumPDBViolations\":0}}}"
            .getBytes(UTF_8);

    var read = ClientModel.preempt(200, body, Map.of("a", Set.of("u"), "b", Set.of()));

    assertThat(read).isEqualTo(new ClientModel.Preempted(List.of("a"), ""));
  }

  private static List<ClientModel.HostScore> scores(JsonNode entry) {
    return entry
        .path("Scores")
        .valueStream()
        .map(s -> new ClientModel.HostScore(s.get("Host").asText(), s.get("Score").asLong()))
        .toList();
  }

  private static JsonNode tree(String file) {
    try {
      return JSON.readTree(Payloads.read(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
