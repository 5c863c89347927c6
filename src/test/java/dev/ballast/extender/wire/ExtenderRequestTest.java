package dev.ballast.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.extender.wire.Candidates.Form;
import dev.ballast.extender.wire.ExtenderContainer.Kind;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtenderRequestTest {
  private static final MetricTable TABLE =
      MetricTable.of(
          DynamicSchedulerPolicy.of(
              Dialect.BALLAST, List.of(), List.of(), List.of(), List.of(), List.of()));
  private static final String POD = "\"Pod\":{\"metadata\":{\"name\":\"p\"}}";

  @ParameterizedTest
  @CsvSource({
    "filter-names.json, NAMES, 8",
    "filter-names-500.json, NAMES, 500",
    "filter-names-default-scheduler.json, NAMES, 8",
    "filter-nodes.json, WHOLE_NODES, 3",
    "prioritize-names.json, NAMES, 5",
  })
  void decode_realRequest_keepsPodAndNodes(String file, Form form, int count) throws Exception {
    byte[] bytes = Payloads.read(file);
    var tree = new ObjectMapper().readTree(bytes);
    var meta = tree.at("/Pod/metadata");

    var request = decode(bytes);

    assertThat(request.pod())
        .isEqualTo(
            new ExtenderPod(
                meta.at("/uid").asText(),
                meta.at("/namespace").asText(),
                meta.at("/name").asText(),
                Map.of("topology.crane.io/cpu-policy", "none"),
                tree.at("/Pod/spec/schedulerName").asText(),
                "",
                false,
                resources(tree.at("/Pod/spec")),
                false,
                !tree.at("/Pod/spec/topologySpreadConstraints").isEmpty()));
    var names =
        form == Form.NAMES
            ? tree.get("NodeNames").valueStream().map(n -> n.asText()).toList()
            : tree.at("/Nodes/items")
                .valueStream()
                .map(n -> n.at("/metadata/name").asText())
                .toList();
    assertThat(request.candidates().form()).isEqualTo(form);
    assertThat(names).hasSize(count);
    assertThat(names(request)).isEqualTo(names);
  }

  private static ExtenderPod.Resources resources(JsonNode spec) {
    var containers = new ArrayList<ExtenderContainer>();
    spec.path("initContainers").forEach(c -> containers.add(container(Kind.INIT, c)));
    spec.path("containers").forEach(c -> containers.add(container(Kind.CONTAINER, c)));
    return new ExtenderPod.Resources(containers, Quantities.NONE, Quantities.NONE, Quantities.NONE);
  }

  private static ExtenderContainer container(Kind kind, JsonNode container) {
    return new ExtenderContainer(
        kind,
        quantities(container.at("/resources/requests")),
        quantities(container.at("/resources/limits")));
  }

  private static Quantities quantities(JsonNode node) {
    var others = new HashMap<String, String>();
    node.properties().forEach(entry -> others.put(entry.getKey(), entry.getValue().asText()));
    others.keySet().removeAll(Set.of("cpu", "memory"));
    return new Quantities(node.path("cpu").asText(), node.path("memory").asText(), others);
  }

  @Test
  void decode_resources_areReadInTheirOrder() throws Exception {
    var pod =
        decode(
                """
                {"Pod":{"spec":{
                  "containers":[{"name":"a","resources":{"limits":{"memory":"2Gi","example.com/x":"1"},
                    "requests":{"cpu":"1","memory":"1Gi"},"claims":[{"name":"c"}]}},null,{}],
                  "initContainers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"3"}}},
                    {"resources":null,"restartPolicy":"OnFailure"},
                    {"resources":{"requests":null,"limits":{"cpu":null}}}],
                  "resources":{"requests":{"cpu":"9"},"limits":{"memory":"8"}},
                  "overhead":{"cpu":"250m"}}}}
                """)
            .pod();

    var none = Quantities.NONE;
    assertThat(pod.resources())
        .isEqualTo(
            new ExtenderPod.Resources(
                List.of(
                    new ExtenderContainer(Kind.SIDECAR, new Quantities("3", ""), none),
                    new ExtenderContainer(Kind.INIT, none, none),
                    new ExtenderContainer(Kind.INIT, none, none),
                    new ExtenderContainer(
                        Kind.CONTAINER,
                        new Quantities("1", "1Gi"),
                        new Quantities("", "2Gi", Map.of("example.com/x", "1"))),
                    new ExtenderContainer(Kind.CONTAINER, none, none)),
                new Quantities("9", ""),
                new Quantities("", "8"),
                new Quantities("250m", "")));
  }

  @Test
  void decode_annotations_keepsOurs() throws Exception {
    var pod =
        decode(
                """
                {"Pod":{"metadata":{"annotations":{"a":"b","ballast.dev/estimated-cpu":"2",
                  "xballast.dev/y":"z","ballast.dev/other":null}}}}
                """)
            .pod();

    assertThat(pod.annotations())
        .isEqualTo(Map.of("ballast.dev/estimated-cpu", "2", "ballast.dev/other", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | false | false",
        "{'affinity':null,'topologySpreadConstraints':null} | false | false",
        "{'affinity':{},'topologySpreadConstraints':[]} | false | false",
        "{'affinity':{'nodeAffinity':null}} | false | false",
        "{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "{'nodeSelectorTerms':[{}]}}}} | false | false",
        "{'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[]}}} | false | false",
        "{'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':null}}} | false | false",
        "{'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1}]}}}"
            + " | true | false",
        "{'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{}]},"
            + "'podAntiAffinity':{}}} | true | false",
        "{'affinity':{'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{},{}]}}}"
            + " | true | false",
        "{'topologySpreadConstraints':[{'maxSkew':1}]} | false | true",
      })
  void decode_softConstraints_areNoticed(String spec, boolean preferred, boolean spread)
      throws Exception {
    var pod = decode("{\"Pod\":{\"spec\":" + spec.replace('\'', '"') + "}}").pod();

    assertThat(pod.preferredAffinity()).isEqualTo(preferred);
    assertThat(pod.topologySpread()).isEqualTo(spread);
  }

  @Test
  void decode_podOfTheRealRequest_hasTheValuesOfTheFile() throws Exception {
    var pod = decode(Payloads.read("filter-names-default-scheduler.json")).pod();

    assertThat(pod.uid()).isEqualTo("7d1c2f3e-0002-4a6b-9c8d-0e1f2a3b000e");
    assertThat(pod.namespace()).isEqualTo("shop");
    assertThat(pod.name()).isEqualTo("checkout-api-6f9d8c7b5d-b2c4f");
    assertThat(pod.schedulerName()).isEqualTo("default-scheduler");
  }

  @Test
  void decode_ownersAndStatus_areRead() throws Exception {
    var pod =
        decode(
                """
                {"Pod":{"metadata":{"ownerReferences":[{"kind":"ReplicaSet"},{"name":"d","kind":"DaemonSet"}]},
                 "spec":{"nodeName":"","schedulerName":"s"},
                 "status":{"phase":"Pending","nominatedNodeName":"n1"}},"Nodes":null,"NodeNames":[]}
                """)
            .pod();

    assertThat(pod.daemonSet()).isTrue();
    assertThat(pod.nominatedNodeName()).isEqualTo("n1");
    assertThat(pod.schedulerName()).isEqualTo("s");
    assertThat(pod.uid()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Pod\":{},\"Nodes\":null,\"NodeNames\":null}",
        "{\"Pod\":{}}",
        "{\"NodeNames\":[],\"Pod\":{\"metadata\":null,\"spec\":null,\"status\":null}}",
        "{\"Pod\":{\"metadata\":{\"uid\":null,\"ownerReferences\":null}},\"NodeNames\":[],\"Nodes\":null}",
        "{\"Pod\":{\"metadata\":{\"ownerReferences\":[null,{\"kind\":null}]}},\"NodeNames\":[]}",
        "{\"Pod\":{},\"Nodes\":{},\"NodeNames\":null}",
        "{\"Pod\":{},\"Nodes\":{\"metadata\":{},\"items\":null},\"NodeNames\":null}",
        "{\"Pod\":{},\"Nodes\":{\"items\":[]},\"NodeNames\":null}",
        " {\"Pod\" : { } , \"x\" : [ 1 , { \"y\" : null } ] }\n"
      })
  void decode_nullsAndAbsentKeys_giveEmptyTextsAndNoCandidates(String text) throws Exception {
    var request = decode(text);

    assertThat(request.pod())
        .isEqualTo(
            new ExtenderPod(
                "", "", "", Map.of(), "", "", false, ExtenderPod.Resources.NONE, false, false));
    assertThat(request.candidates().count()).isZero();
  }

  @Test
  void decode_wholeNodes_haveTheirNames() throws Exception {
    var request =
        decode(
            "{%s,\"Nodes\":{\"metadata\":{\"name\":\"no\"},\"items\":[{\"status\":{\"metadata\":{\"name\":\"no\"}},\"metadata\":{\"labels\":{\"name\":\"no\"},\"name\":\"a\"}},{},{\"metadata\":null},{\"metadata\":{\"name\":null}}]}}"
                .formatted(POD));

    assertThat(request.candidates().form()).isEqualTo(Form.WHOLE_NODES);
    assertThat(names(request)).containsExactly("a", "", "", "");
  }

  @Test
  void decode_bothLists_takesTheNames() throws Exception {
    var request =
        decode("{%s,\"Nodes\":{\"items\":[{}]},\"NodeNames\":[\"a\",\"b\"]}".formatted(POD));

    assertThat(request.candidates().form()).isEqualTo(Form.NAMES);
    assertThat(names(request)).containsExactly("a", "b");
  }

  @Test
  void decode_escapesAndOtherScripts_areReadAsText() throws Exception {
    var request =
        decode(
            "{\"Pod\":{\"metadata\":{\"n\\u0061me\":\"\\u003cü\\n\\ud83d\\ude00€\"}},\"\\u004eodeNames\":[\"\\u0061\",\"größe\",\"\\\"\\\\\",\"\",\" \",\"a\"]}");

    assertThat(request.pod().name()).isEqualTo("<ü\n😀€");
    assertThat(names(request)).containsExactly("a", "größe", "\"\\", "", " ", "a");
  }

  @Test
  void decode_fifteenThousandNames_keepsAllInOrder() throws Exception {
    var names = IntStream.range(0, 15_000).mapToObj(i -> "node-" + i).toList();

    assertThat(names(decode(Payloads.filter("s", names)))).isEqualTo(names);
  }

  @Test
  void decode_lengthShorterThanTheBuffer_ignoresTheRest() throws Exception {
    byte[] whole = Payloads.read("filter-names.json");
    byte[] buffer = Arrays.copyOf(whole, whole.length + 100);
    Arrays.fill(buffer, whole.length, buffer.length, (byte) '}');

    assertThat(ExtenderRequest.decode(buffer, whole.length, NodeNames.EMPTY).candidates().count())
        .isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"Pod\"",
        "{}",
        "{\"NodeNames\":[]}",
        "{\"pod\":{},\"nodenames\":[]}",
        "{\"Pod\":null,\"NodeNames\":[]}",
        "{\"Pod\":[],\"NodeNames\":[]}",
        "{\"Pod\":\"p\",\"NodeNames\":[]}",
        "{\"Pod\":{\"metadata\":[]}}",
        "{\"Pod\":{\"metadata\":{\"name\":1}}}",
        "{\"Pod\":{\"metadata\":{\"uid\":{}}}}",
        "{\"Pod\":{\"metadata\":{\"ownerReferences\":{}}}}",
        "{\"Pod\":{\"metadata\":{\"ownerReferences\":[1]}}}",
        "{\"Pod\":{\"metadata\":{\"ownerReferences\":[{\"kind\":true}]}}}",
        "{\"Pod\":{\"spec\":\"x\"}}",
        "{\"Pod\":{\"spec\":{\"schedulerName\":7}}}",
        "{\"Pod\":{\"metadata\":{\"annotations\":[]}}}",
        "{\"Pod\":{\"metadata\":{\"annotations\":{\"ballast.dev/x\":1}}}}",
        "{\"Pod\":{\"spec\":{\"containers\":{}}}}",
        "{\"Pod\":{\"spec\":{\"containers\":[1]}}}",
        "{\"Pod\":{\"spec\":{\"containers\":[{\"resources\":[]}]}}}",
        "{\"Pod\":{\"spec\":{\"containers\":[{\"resources\":{\"requests\":{\"cpu\":1}}}]}}}",
        "{\"Pod\":{\"spec\":{\"initContainers\":[{\"restartPolicy\":true}]}}}",
        "{\"Pod\":{\"spec\":{\"overhead\":\"1\"}}}",
        "{\"Pod\":{\"spec\":{\"affinity\":[]}}}",
        "{\"Pod\":{\"spec\":{\"affinity\":{\"nodeAffinity\":1}}}}",
        "{\"Pod\":{\"spec\":{\"affinity\":{1:2}}}}",
        "{\"Pod\":{\"spec\":{\"topologySpreadConstraints\":{}}}}",
        "{\"Pod\":{\"status\":{\"nominatedNodeName\":[]}}}",
        "{\"Pod\":{},\"NodeNames\":{}}",
        "{\"Pod\":{},\"NodeNames\":\"a\"}",
        "{\"Pod\":{},\"NodeNames\":[1]}",
        "{\"Pod\":{},\"NodeNames\":[null]}",
        "{\"Pod\":{},\"NodeNames\":[[\"a\"]]}",
        "{\"Pod\":{},\"NodeNames\":[\"a\",]}",
        "{\"Pod\":{},\"NodeNames\":[\"a\"]},",
        "{\"Pod\":{},\"NodeNames\":[\"a\"]}{}",
        "{\"Pod\":{},\"Nodes\":[]}",
        "{\"Pod\":{},\"Nodes\":{\"items\":{}}}",
        "{\"Pod\":{},\"Nodes\":{\"items\":[null]}}",
        "{\"Pod\":{},\"Nodes\":{\"items\":[\"a\"]}}",
        "{\"Pod\":{},\"Nodes\":{\"items\":[{\"metadata\":\"a\"}]}}",
        "{\"Pod\":{},\"Nodes\":{\"items\":[],\"items\":[]}}",
        "{\"Pod\":{},\"Pod\":{}}",
        "{\"Pod\":{},\"NodeNames\":[],\"NodeNames\":[]}",
        "{\"Pod\":{},\"NodeNames\":null,\"NodeNames\":[]}",
        "{\"Pod\":{},\"Nodes\":null,\"Nodes\":null}",
        "{\"Pod\":{},\"X\":tru}",
        "\ufeff{\"Pod\":{}}"
      })
  void decode_anotherShape_isMalformed(String text) {
    assertMalformed(text.getBytes(UTF_8));
  }

  @Test
  void decode_cutAtAnyByte_isMalformed() {
    byte[] whole = Payloads.read("filter-names.json");
    int end = new String(whole, UTF_8).stripTrailing().getBytes(UTF_8).length;
    for (int length = 0; length < end; length++) {
      assertMalformed(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void decode_deepNesting_isMalformed() {
    assertMalformed(("{\"x\":" + "[".repeat(1_000_000)).getBytes(UTF_8));
    assertMalformed(("{\"Pod\":{\"metadata\":" + "{\"a\":".repeat(1_000_000)).getBytes(UTF_8));
  }

  @Test
  void decode_otherEncodings_areMalformed() {
    String text = "{\"Pod\":{\"metadata\":{\"name\":\"ü\"}},\"NodeNames\":[]}";

    assertMalformed(text.getBytes(UTF_16LE));
    assertMalformed(text.getBytes(java.nio.charset.StandardCharsets.UTF_16));
    assertMalformed(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  @Test
  void decode_wrong_namesTheByte() {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> decode("{\"Pod\":{},\"NodeNames\":[7]}"))
        .withMessage("'\"' expected at byte 23");
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> decode("{\"Pod\":{},\"Pod\":{}}"))
        .withMessageStartingWith("a second \"Pod\" at byte ");
  }

  /** A name that comes as expected is not scanned, what stands around it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a' 'b'",
        "'a''b'",
        "'a':'b'",
        "'a';'b'",
        "'a']'b'",
        "'a','b':'c'",
        "'a','b''c'",
        "'a',,'b'",
        "'a','b',",
        "'a','b'}",
        "'a','b'c",
        "'a','b",
      })
  void decode_expectedNamesWrongAround_isMalformed(String list) throws Exception {
    var index =
        LoadSnapshot.of(1, Stream.of("a", "b", "c").map(ExtenderRequestTest::node).toList());
    String frame = "{" + POD + ",\"NodeNames\":[%s]}";
    byte[] good = frame.formatted("'a','b','c'").replace('\'', '"').getBytes(UTF_8);
    byte[] bad = frame.formatted(list).replace('\'', '"').getBytes(UTF_8);
    ExtenderRequest.decode(good, good.length, index.names());

    assertMalformed(bad, index.names());
  }

  private static void assertMalformed(byte[] bytes) {
    assertMalformed(bytes, NodeNames.EMPTY);
  }

  private static void assertMalformed(byte[] bytes, NodeNames known) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .as(() -> new String(bytes, 0, Math.min(bytes.length, 200), UTF_8))
        .isThrownBy(() -> ExtenderRequest.decode(bytes, bytes.length, known));
  }

  @Test
  void decode_namesOfTwoThreadsMixed_followTheNumbers() throws MalformedRequestException {
    var names = IntStream.range(0, 500).mapToObj(i -> "node-" + i).toList();
    var index = LoadSnapshot.of(1, names.stream().map(ExtenderRequestTest::node).toList()).names();
    var mixed = new ArrayList<String>();
    for (int i = 0; i < 250; i++) {
      if (i % 20 != 3) { // some do not pass the filters before
        mixed.add("node-" + i);
      }
      if (i % 3 != 1) {
        mixed.add("node-" + (250 + i));
      }
    }
    decode(index, mixed);
    decode(index, names);
    assertThat(index.order().isEmpty()).isTrue();

    Collections.shuffle(mixed, new Random(1));
    decode(index, mixed);
    assertThat(index.order().isEmpty()).isFalse();
  }

  @Test
  void decode_podOfTheRequestBefore_isNotDecodedAgain() throws MalformedRequestException {
    var lastPod = new LastPod();
    var first = decode("{\"Pod\":{\"metadata\":{\"uid\":\"1\"}},\"NodeNames\":[\"a\"]}", lastPod);
    var again = decode("{\"Pod\":{\"metadata\":{\"uid\":\"1\"}} , \"NodeNames\":[\"b\"]}", lastPod);
    var other = decode("{\"Pod\":{\"metadata\":{\"uid\":\"12\"}},\"NodeNames\":[\"a\"]}", lastPod);

    assertThat(again.pod()).isSameAs(first.pod());
    assertThat(names(again)).containsExactly("b");
    assertThat(other.pod().uid()).isEqualTo("12");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Pod\":{\"metadata\":{\"uid\":\"1\"}}",
        "{\"Pod\":{\"metadata\":{\"uid\":\"1\"}}}}",
        "{\"Pod\":{\"metadata\":{\"uid\":\"1\"}},\"Pod\":{\"metadata\":{\"uid\":\"1\"}}}",
        "{\"Pod\":{\"metadata\":{\"uid\":\"1\"}}{}}",
        "{\"Pod\":{\"metadata\":{\"uid\":\"1\"}"
      })
  void decode_malformedAroundThePodOfTheRequestBefore_isRefused(String text)
      throws MalformedRequestException {
    var lastPod = new LastPod();
    decode("{\"Pod\":{\"metadata\":{\"uid\":\"1\"}}}", lastPod);

    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> decode(text, lastPod));
  }

  private static ExtenderRequest decode(String text, LastPod lastPod)
      throws MalformedRequestException {
    byte[] bytes = text.getBytes(UTF_8);
    return ExtenderRequest.decode(bytes, bytes.length, NodeNames.EMPTY, lastPod);
  }

  private static void decode(NodeNames index, List<String> names) throws MalformedRequestException {
    byte[] bytes =
        "{%s,\"NodeNames\":[\"%s\"]}".formatted(POD, String.join("\",\"", names)).getBytes(UTF_8);
    assertThat(names(ExtenderRequest.decode(bytes, bytes.length, index))).isEqualTo(names);
  }

  private static List<String> names(ExtenderRequest request) {
    var candidates = request.candidates();
    return IntStream.range(0, candidates.count()).mapToObj(candidates::name).toList();
  }

  private static ExtenderRequest decode(String text) throws MalformedRequestException {
    return decode(text.getBytes(UTF_8));
  }

  private static ExtenderRequest decode(byte[] bytes) throws MalformedRequestException {
    var unknown = ExtenderRequest.decode(bytes, bytes.length, NodeNames.EMPTY);
    var expected = names(unknown);
    var all = new ArrayList<>(expected.stream().distinct().toList());
    var reversed = new ArrayList<>(all);
    Collections.reverse(reversed);
    var mixed = new ArrayList<>(all);
    mixed.sort(Comparator.comparingInt(name -> all.indexOf(name) % 2)); // two threads' nodes
    var half = IntStream.range(0, all.size()).filter(i -> i % 2 == 0).mapToObj(all::get).toList();
    byte[] echo = bytes(ExtenderAnswers.echo(unknown.candidates()));
    for (var names : List.of(all, reversed, mixed, half)) {
      var index =
          LoadSnapshot.of(1, names.stream().map(ExtenderRequestTest::node).toList()).names();
      var known = ExtenderRequest.decode(bytes, bytes.length, index);
      assertThat(names(known)).isEqualTo(expected);
      assertThat(IntStream.of(known.candidates().nodes().numbers()).limit(expected.size()))
          .containsExactlyElementsOf(expected.stream().map(index::find).toList());
      assertThat(bytes(ExtenderAnswers.echo(known.candidates()))).isEqualTo(echo);
    }
    var lastPod = new LastPod();
    for (int i = 0; i < 2; i++) {
      var same = ExtenderRequest.decode(bytes, bytes.length, NodeNames.EMPTY, lastPod);
      assertThat(same.pod()).isEqualTo(unknown.pod());
      assertThat(names(same)).isEqualTo(expected);
    }
    return unknown;
  }

  private static NodeLoad node(String name) {
    return NodeLoad.builder(TABLE).name(name).build();
  }

  private static byte[] bytes(Answer answer) {
    return Arrays.copyOf(answer.bytes(), answer.length());
  }
}
