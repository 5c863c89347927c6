package dev.ballast.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.extender.wire.ClientModel.HostScore;
import dev.ballast.load.NodeNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtenderAnswersTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** A call: unique names, how they are sent, and for each a reason (empty: passes) and a score. */
  record Call(List<String> names, boolean whole, List<String> reasons, List<Integer> scores) {}

  @Property
  void filtered_anyVerdicts_readsAsExactlyThem(@ForAll("calls") Call call) throws Exception {
    var candidates = decode(call);
    var answer = ExtenderAnswers.filtered(candidates, i -> call.reasons().get(i));

    var read = ClientModel.filter(200, bytes(answer), new HashSet<>(call.names()), !call.whole());

    var passing = new ArrayList<String>();
    var refused = new LinkedHashMap<String, String>();
    for (int i = 0; i < call.names().size(); i++) {
      if (call.reasons().get(i).isEmpty()) {
        passing.add(call.names().get(i));
      } else {
        refused.put(call.names().get(i), call.reasons().get(i));
      }
    }
    assertThat(read).isEqualTo(new ClientModel.Filtered(passing, Map.of(), refused, ""));
    assertShape(answer);
  }

  @Property
  void echo_anyCandidates_passAllWithTheSameBytes(@ForAll("calls") Call call) throws Exception {
    byte[] request = request(call);
    var answer =
        ExtenderAnswers.echo(
            ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates());

    var read = ClientModel.filter(200, bytes(answer), new HashSet<>(call.names()), !call.whole());

    assertThat(read).isEqualTo(new ClientModel.Filtered(call.names(), Map.of(), Map.of(), ""));
    assertShape(answer);
    String key = call.whole() ? "\"Nodes\":" : "\"NodeNames\":";
    String end = call.whole() ? ",\"NodeNames\"" : ",\"FailedNodes\"";
    String sent = between(new String(request, UTF_8), key, call.whole() ? ",\"NodeNames\"" : "}");
    assertThat(between(new String(bytes(answer), UTF_8), key, end)).isEqualTo(sent);
  }

  @Property
  void scored_anyScores_readsAsTheOnesAboveZero(@ForAll("calls") Call call) throws Exception {
    var answer =
        ExtenderAnswers.scored(
            decode(call), call.scores().stream().mapToInt(Integer::intValue).toArray());

    var expected = new ArrayList<HostScore>();
    for (int i = 0; i < call.names().size(); i++) {
      if (call.scores().get(i) > 0) {
        expected.add(new HostScore(call.names().get(i), call.scores().get(i)));
      }
    }
    assertThat(ClientModel.prioritize(200, bytes(answer)))
        .isEqualTo(new ClientModel.Prioritized(expected, ""));
    assertThat(bytes(answer)).endsWith(']');
    assertThat(strict(answer).isArray()).isTrue();
  }

  @Provide
  Arbitrary<Call> calls() {
    var names =
        Arbitraries.oneOf(
                Arbitraries.strings().alpha().numeric().withChars('-', '.').ofMaxLength(20),
                Arbitraries.strings().ofMaxLength(6).filter(s -> UTF_8.newEncoder().canEncode(s)))
            .list()
            .uniqueElements()
            .ofMaxSize(40);
    var reasons = Arbitraries.of("", "", "over the limit", "a \"quoted\" \\ reason\n\u0001ü€😀");
    var scores = Arbitraries.of(0, 0, 1, 5, 10, 99, 100, Integer.MAX_VALUE);
    return names.flatMap(
        list ->
            Combinators.combine(
                    Arbitraries.of(true, false),
                    reasons.list().ofSize(list.size()),
                    scores.list().ofSize(list.size()))
                .as((whole, why, points) -> new Call(list, whole, why, points)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "filter-names.json",
        "filter-names-500.json",
        "filter-names-default-scheduler.json",
        "filter-nodes.json"
      })
  void echo_realRequest_repeatsItsBytes(String file) throws Exception {
    byte[] request = Payloads.read(file);
    String sent = new String(request, UTF_8).stripTrailing();

    String answer =
        new String(
            bytes(
                ExtenderAnswers.echo(
                    ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates())),
            UTF_8);

    // Behind the pod a request is the answer's beginning.
    String lists = sent.substring(sent.indexOf(",\"Nodes\":") + 1, sent.length() - 1);
    assertThat(answer)
        .isEqualTo(
            "{"
                + lists
                + ",\"FailedNodes\":null,\"FailedAndUnresolvableNodes\":null,\"Error\":\"\"}");
  }

  @ParameterizedTest
  @CsvSource({"100, 1", "101, 0"})
  void filtered_longAnswerWithOneThatPasses_namesNoReasons(int count, int reasons)
      throws Exception {
    var names = IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
    byte[] request = Payloads.filter("s", names);
    var candidates = ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();

    var some = strict(ExtenderAnswers.filtered(candidates, i -> i == 7 ? "why" : ""));
    assertThat(some.at("/NodeNames")).hasSize(count - 1);
    assertThat(some.at("/FailedAndUnresolvableNodes")).hasSize(reasons);
    assertThat(
            strict(ExtenderAnswers.filtered(candidates, i -> "why"))
                .at("/FailedAndUnresolvableNodes"))
        .hasSize(count);
  }

  @Test
  void filtered_escapedNames_areRepeatedAsTheyCame() throws Exception {
    byte[] request = "{\"Pod\":{},\"NodeNames\":[ \"\\u0061\\/\" , \"ü\" ]}".getBytes(UTF_8);
    var candidates = ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();

    assertThat(
            new String(
                bytes(ExtenderAnswers.filtered(candidates, i -> i == 0 ? "" : "why")), UTF_8))
        .isEqualTo(
            "{\"Nodes\":null,\"NodeNames\":[\"\\u0061\\/\"],\"FailedNodes\":null,\"FailedAndUnresolvableNodes\":{\"ü\":\"why\"},\"Error\":\"\"}");
    assertThat(new String(bytes(ExtenderAnswers.echo(candidates)), UTF_8))
        .contains("\"NodeNames\":[ \"\\u0061\\/\" , \"ü\" ],");
  }

  @Test
  void filtered_wholeNodes_carriesThemByteForByte() throws Exception {
    byte[] request = Payloads.read("filter-nodes.json");
    var candidates = ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();
    var nodes = JSON.readTree(request).at("/Nodes/items");

    var answer = ExtenderAnswers.filtered(candidates, i -> i == 1 ? "why" : "");

    var read = strict(answer);
    assertThat(read.at("/Nodes/items")).containsExactly(nodes.get(0), nodes.get(2));
    String text = new String(request, UTF_8);
    int second = text.indexOf("{\"metadata\":{\"name\":\"ip-10-0-0-5");
    String first = text.substring(text.indexOf("\"items\":[{\"metadata\"") + 9, second - 1);
    assertThat(new String(bytes(answer), UTF_8)).contains("\"items\":[" + first + ",{");
  }

  @Test
  void filtered_noneLeft_isAnEmptyListAndNoNull() throws Exception {
    byte[] request = Payloads.read("filter-names.json");
    var candidates = ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();

    var read = strict(ExtenderAnswers.filtered(candidates, i -> "why"));

    assertThat(read.get("NodeNames").isArray()).isTrue();
    assertThat(read.get("NodeNames")).isEmpty();
    assertThat(read.get("FailedAndUnresolvableNodes")).hasSize(8);
  }

  @Test
  void echo_noListAtAll_isAnEmptyList() throws Exception {
    byte[] request = "{\"Pod\":{},\"Nodes\":null,\"NodeNames\":null}".getBytes(UTF_8);
    var candidates = ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();

    assertThat(strict(ExtenderAnswers.echo(candidates)).get("NodeNames").isArray()).isTrue();
    assertThat(new String(bytes(ExtenderAnswers.noScores()), UTF_8)).isEqualTo("[]");
  }

  @Test
  void filtered_fifteenThousandLongReasons_growTheBuffer() throws Exception {
    var names = IntStream.range(0, 15_000).mapToObj(i -> "n" + i).toList();
    byte[] request = Payloads.filter("s", names);
    var candidates = ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();
    String reason = "\u0001".repeat(50);

    var read =
        ClientModel.filter(
            200,
            bytes(ExtenderAnswers.filtered(candidates, i -> reason)),
            new HashSet<>(names),
            true);

    assertThat(read.unresolvable()).hasSize(15_000).containsValue(reason);
  }

  /** Five keys in order, no error, and nothing behind the last bracket. */
  private static void assertShape(Answer answer) throws IOException {
    assertThat(strict(answer).fieldNames())
        .toIterable()
        .containsExactly(
            "Nodes", "NodeNames", "FailedNodes", "FailedAndUnresolvableNodes", "Error");
    assertThat(bytes(answer)).endsWith('}');
  }

  private static JsonNode strict(Answer answer) throws IOException {
    return JSON.readTree(bytes(answer));
  }

  private static byte[] bytes(Answer answer) {
    return java.util.Arrays.copyOf(answer.bytes(), answer.length());
  }

  private static Candidates decode(Call call) throws Exception {
    byte[] request = request(call);
    return ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();
  }

  private static byte[] request(Call call) throws JsonProcessingException {
    var args = JSON.createObjectNode();
    args.putObject("Pod");
    if (call.whole()) {
      var items = args.putObject("Nodes").putArray("items");
      call.names().forEach(n -> items.addObject().putObject("metadata").put("name", n));
      args.putNull("NodeNames");
    } else {
      args.putNull("Nodes");
      call.names().forEach(args.putArray("NodeNames")::add);
    }
    return JSON.writeValueAsBytes(args);
  }

  /** The text from behind the first {@code key} to the last {@code end}. */
  private static String between(String text, String key, String end) {
    int start = text.indexOf(key) + key.length();
    return text.substring(start, text.lastIndexOf(end));
  }
}
