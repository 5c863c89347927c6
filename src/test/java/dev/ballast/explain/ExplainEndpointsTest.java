package dev.ballast.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.http.OperationsEndpoints;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.Charge;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeLoad;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.Decision.Verb;
import dev.ballast.scoring.Incoming;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Round;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExplainEndpointsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DecisionRing ring = new DecisionRing(100, 10_000);
  private final Explanations explanations = new Explanations(ring, () -> Sample.FACTS, () -> {});
  private final LoadSnapshot snapshot =
      LoadSnapshot.of(881, List.of(Sample.node("node-0", 0.9), Sample.node("node-1", 0.2)));
  private final ExplainEndpoints endpoints =
      new ExplainEndpoints(
          new ExplainEndpoints.Parts(
              "ballast-0",
              "0.1.0",
              Sample.NOW - 60_000,
              () -> Sample.FACTS,
              () -> snapshot,
              () -> true,
              () -> false,
              node -> Charge.NONE,
              (loads, charges, now) -> {
                var policy = new LoadPolicy(Sample.POLICY, Sample.TABLE);
                var round =
                    Round.of(
                        Incoming.NOBODY,
                        Arrays.stream(loads).map(NodeLoad::name).toArray(String[]::new),
                        loads,
                        charges,
                        now);
                return new ExplainEndpoints.Judged(
                    policy.filter(round).verdicts(), policy.rank(round).scores());
              },
              () -> Sample.NOW),
          ring,
          explanations);

  private JsonNode get(String path, String query, int status) throws IOException {
    Response response =
        requireNonNull(requireNonNull(endpoints.routes().get(path)).get("GET"))
            .handle(new Request(query, new byte[0], 0, 0));
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.contentType()).isEqualTo("application/json");
    return JSON.readTree(new String(response.body(), 0, response.length(), UTF_8));
  }

  private void someDecisions() {
    ring.accept(Sample.filtered("a", Sample.NOW - 5_000, 0.1, 0.9));
    ring.accept(Sample.ranked("a", Sample.NOW - 4_000, 0.1));
    ring.accept(Sample.filtered("b", Sample.NOW - 3_000, 0.1, 0.2, 0.8));
    ring.accept(Sample.notJudged(Verb.FILTER, "c", "breaker_open", 7));
  }

  private static List<Long> numbers(JsonNode answer) {
    var numbers = new ArrayList<Long>();
    answer.path("decisions").forEach(call -> numbers.add(call.path("number").asLong()));
    return numbers;
  }

  @ParameterizedTest
  @CsvSource({
    "'', '3,2,1,0'",
    "pod=a, '1,0'",
    "namespace=default, '3,2,1,0'",
    "namespace=other, ''",
    "uid=uid-b, 2",
    "node=node-2, 2",
    "verb=prioritize, 1",
    "outcome=breaker_open, 3",
    "since=4s, '3,2,1'",
    "since=2026-11-22T11:59:57Z, '3,2'",
    "pod=a&verb=filter, 0",
  })
  void decisions_filtered_newestFirst(String query, String expected) throws IOException {
    someDecisions();
    var want =
        Arrays.stream(expected.split(",")).filter(s -> !s.isEmpty()).map(Long::valueOf).toList();

    assertThat(numbers(get("/v1/decisions", query, 200))).isEqualTo(want);
  }

  @Test
  void decisions_inPages_giveEachOnce() throws IOException {
    someDecisions();
    var first = get("/v1/decisions", "limit=3", 200);
    assertThat(numbers(first)).containsExactly(3L, 2L, 1L);
    ring.accept(Sample.filtered("later", Sample.NOW, 0.1));

    var second = get("/v1/decisions", "limit=3&continue=" + first.path("continue").asText(), 200);
    assertThat(numbers(second)).containsExactly(0L);
    assertThat(second.has("continue")).isFalse();
  }

  @Test
  void decisions_rowsOfAPrioritizeCall_haveScoreRankAndSent() throws IOException {
    ring.accept(Sample.ranked("a", Sample.NOW, 0.5, 0.1));
    var rows = get("/v1/decisions", "rows=5", 200).at("/decisions/0/rows");

    assertThat(rows.at("/0/node").asText()).isEqualTo("node-1");
    assertThat(rows.at("/0/score").asInt()).isEqualTo(90);
    assertThat(rows.at("/0/sent").asInt()).isEqualTo(9);
    assertThat(rows.at("/0/rank").asInt()).isEqualTo(1);
    assertThat(rows.at("/0/readings/0/value").asDouble()).isEqualTo(0.1);
    assertThat(rows.at("/0/readings/0/ageSeconds").asDouble()).isEqualTo(34);
    assertThat(rows.at("/0/readings/0/incoming").asDouble()).isEqualTo(0.05);
    assertThat(rows.at("/0/readings/0/limit").asDouble()).isEqualTo(0.65);
    assertThat(rows.at("/0/readings/1/state").asText()).isEqualTo("missing");
    assertThat(rows.at("/0/readings/1").has("value")).isFalse();
    assertThat(rows.at("/1/rank").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/decisions, limit=0, limit, 0, a whole number from 1 to 500",
    "/v1/decisions, limit=x, limit, x, a whole number from 1 to 500",
    "/v1/decisions, rows=5001, rows, 5001, a whole number from 0 to 5000",
    "/v1/decisions, limit=500&rows=5000, rows, 5000, limit times rows of at most 100000",
    "/v1/decisions, verb=bind, verb, bind, 'one of filter, prioritize'",
    "/v1/decisions, since=yesterday, since, yesterday, 'a duration such as 10m, or a time such as 2026-11-22T12:00:00Z'",
    "/v1/decisions, pod=, pod, '', 1 to 253 characters",
    "/v1/decisions, pod=a&pod=b, pod, b, it once",
    "/v1/decisions, pod=%zz, pod, %zz, percent-encoded UTF-8",
    "/v1/decisions, continue=zz-1, continue, zz-1, 'a token that this process gave, or begin anew without one'",
    "/v1/explanations, namespace=default, pod, '', it: it is required",
    "/v1/explanations, name=x, name, x, 'one of the parameters namespace, pod, uid, node'",
    "/v1/nodes, limit=1, limit, 1, one of the parameters node",
  })
  void answer_badParameter_namesItItsValueAndWhatIsAllowed(
      String path, String query, String parameter, String value, String allowed)
      throws IOException {
    var problem = get(path, query, 400);

    assertThat(problem.path("parameter").asText()).isEqualTo(parameter);
    assertThat(problem.path("value").asText()).isEqualTo(value);
    assertThat(problem.path("allowed").asText()).isEqualTo(allowed);
    assertThat(problem.path("error").asText())
        .isEqualTo("parameter " + parameter + " is \"" + value + "\": give " + allowed);
  }

  @Test
  void explanation_unknownPod_saysSoAndWhoAnswers() throws IOException {
    var answer = get("/v1/explanations", "namespace=default&pod=web", 200);

    assertThat(answer.path("status").asText()).isEqualTo("unknown");
    assertThat(answer.at("/replica/schedulerNames/0").asText()).isEqualTo("load-aware-scheduler");
    assertThat(answer.has("node")).isFalse();
  }

  @Test
  void explanation_withNode_addsItsRow() throws IOException {
    ring.accept(Sample.ranked("web", Sample.NOW, 0.1, 0.2, 0.3, 0.4, 0.5));
    var rows =
        get("/v1/explanations", "namespace=default&pod=web&node=node-4", 200)
            .at("/prioritize/rows");

    assertThat(rows.findValuesAsText("node"))
        .containsExactly("node-0", "node-1", "node-2", "node-4");
  }

  @Test
  void nodes_asTheyStand_bestFirst() throws IOException {
    var nodes = get("/v1/nodes", "", 200).path("nodes");

    assertThat(nodes.findValuesAsText("node")).containsExactly("node-1", "node-0");
    assertThat(nodes.at("/0/score").asInt()).isEqualTo(80);
    assertThat(nodes.at("/0/verdict").asText()).isEqualTo("passed");
    assertThat(nodes.at("/1/rank").asInt()).isEqualTo(2);
    assertThat(nodes.at("/1/refusal/metric").asText()).isEqualTo(Sample.CPU);
    assertThat(get("/v1/nodes", "node=node-0", 200).path("nodes").size()).isEqualTo(1);
  }

  // --- the document
  // -------------------------------------------------------------------------------

  private JsonNode document() throws IOException {
    return get("/v1/openapi.json", "", 200);
  }

  @Test
  void openapi_paths_areTheRoutesOfTheServer() throws IOException {
    var routes = new ArrayList<>(endpoints.routes().keySet());
    routes.addAll(OperationsEndpoints.routes(List.of(), new Metrics(), () -> {}).keySet());
    var paths = new ArrayList<String>();
    document().path("paths").fieldNames().forEachRemaining(paths::add);

    assertThat(paths).containsExactlyInAnyOrderElementsOf(routes);
    assertThat(document().path("openapi").asText()).startsWith("3.1");
  }

  @Test
  void openapi_realAnswers_matchTheirSchemas() throws IOException {
    someDecisions();
    ring.accept(Sample.ranked("b", Sample.NOW, 0.1, 0.2));
    explanations.bound("uid-b", "default", "b", "node-1", Sample.NOW);
    var document = document();

    check(document, "Decisions", get("/v1/decisions", "rows=5&limit=3", 200));
    check(document, "Explanation", get("/v1/explanations", "namespace=default&pod=b", 200));
    check(document, "Explanation", get("/v1/explanations", "namespace=default&pod=x", 200));
    check(document, "Nodes", get("/v1/nodes", "", 200));
    check(document, "Problem", get("/v1/nodes", "x=y", 400));
  }

  @Test
  void openapi_parameters_areThoseThatAreKnown() throws IOException {
    for (String path : List.of("/v1/decisions", "/v1/explanations", "/v1/nodes")) {
      var described =
          document().path("paths").path(path).at("/get/parameters").findValuesAsText("name");

      assertThat(get(path, "nonsense=1", 400).path("allowed").asText())
          .isEqualTo("one of the parameters " + String.join(", ", described));
    }
  }

  private static void check(JsonNode document, String schema, JsonNode answer) {
    check(document, document.at("/components/schemas/" + schema), answer, schema);
  }

  /** Required keys are there, no key is unknown, and all types are as described. */
  private static void check(JsonNode document, JsonNode schema, JsonNode value, String where) {
    if (schema.has("$ref")) {
      check(document, document.at(schema.path("$ref").asText().substring(1)), value, where);
      return;
    }
    switch (schema.path("type").asText()) {
      case "object" -> {
        assertThat(value.isObject()).as(where).isTrue();
        schema
            .path("required")
            .forEach(key -> assertThat(value.has(key.asText())).as(where + "." + key).isTrue());
        value
            .properties()
            .forEach(
                entry -> {
                  var described = schema.path("properties").path(entry.getKey());
                  var other = schema.path("additionalProperties");
                  assertThat(described.isMissingNode() && other.isMissingNode())
                      .as(where + "." + entry.getKey() + " is not described")
                      .isFalse();
                  check(
                      document,
                      described.isMissingNode() ? other : described,
                      entry.getValue(),
                      where + "." + entry.getKey());
                });
      }
      case "array" -> {
        assertThat(value.isArray()).as(where).isTrue();
        value.forEach(item -> check(document, schema.path("items"), item, where + "[]"));
      }
      case "string" -> {
        assertThat(value.isTextual()).as(where).isTrue();
        if (schema.has("enum")) {
          assertThat(schema.path("enum").valueStream().map(JsonNode::asText))
              .as(where)
              .contains(value.asText());
        }
      }
      case "integer" -> assertThat(value.isIntegralNumber()).as(where).isTrue();
      case "number" -> assertThat(value.isNumber()).as(where).isTrue();
      case "boolean" -> assertThat(value.isBoolean()).as(where).isTrue();
      default -> throw new AssertionError(where + ": schema without a type: " + schema);
    }
  }
}
