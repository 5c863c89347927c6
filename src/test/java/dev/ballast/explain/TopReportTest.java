package dev.ballast.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.explain.TopReport.Sort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TopReportTest {
  private static Answers.Row row(
      String node, double cpu, double inFlight, int score, int rank, boolean refused) {
    return new Answers.Row(
        node,
        true,
        refused ? "refused" : "passed",
        refused ? new Answers.Refusal("cpu", cpu, 0.65, "r") : null,
        score,
        null,
        rank,
        List.of(
            new Answers.Reading("cpu", "fresh", cpu, 34.0, inFlight, 0, 0.65, 1.0),
            new Answers.Reading("mem", "stale", 0.5, 900.0, 0, 0, null, null)));
  }

  private static final Answers.Nodes NODES =
      new Answers.Nodes(
          new Answers.Replica(
              "ballast-0", "0.1.0", "s", "3fa9", 881, List.of("x"), true, "closed", 0, null),
          "2026-11-22T12:00:00Z",
          List.of(
              row("c", 0.2, 0.05, 80, 1, false),
              row("a", 0.9, 0, 10, 3, true),
              row("b", 0.3, 0.01, 70, 2, false)));

  @ParameterizedTest
  @CsvSource({"LOAD, 'a b c'", "SCORE, 'c b a'", "NAME, 'a b c'", "INFLIGHT, 'c b a'"})
  void sorted_eachOrder_isAsNamed(Sort sort, String expected) {
    assertThat(TopReport.sorted(NODES.nodes(), sort).stream().map(Answers.Row::node))
        .containsExactly(expected.split(" "));
  }

  @Test
  void text_nodes_showsLoadInFlightVerdictScoreAndState() {
    assertThat(TopReport.text("http://h:1", NODES, Sort.SCORE))
        .isEqualTo(
            """
            2026-11-22T12:00:00Z  replica ballast-0 at http://h:1, synced, breaker closed, policy 3fa9, snapshot 881
            3 nodes, 1 refused for a pod that would use nothing

            NODE  SCORE  RANK  VERDICT       CPU     MEM       IN FLIGHT  STATE
            c     80     1     passed        20.0 %  (50.0 %)  +5.0 %     stale
            b     70     2     passed        30.0 %  (50.0 %)  +1.0 %     stale
            a     10     3     refused: cpu  90.0 %  (50.0 %)  -          stale
            """);
  }
}
