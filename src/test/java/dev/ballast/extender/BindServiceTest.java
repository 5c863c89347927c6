package dev.ballast.extender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.extender.BindService.Bound;
import dev.ballast.extender.wire.BindRequest;
import dev.ballast.http.Request;
import dev.ballast.inflight.PodFacts;
import dev.ballast.metrics.Metrics;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZonePreference;
import dev.ballast.topology.ZoneShare;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the real ledger: a node of two zones of 2 CPUs each. */
final class BindServiceTest {
  private static final long NOW = 1_795_348_800_000L;

  /** A binding that was written. */
  private record Written(BindRequest pod, List<ZoneShare> result) {}

  private final Metrics metrics = new Metrics();
  private final ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);
  private final Map<String, PodFacts> known = new HashMap<>();
  private final Map<String, PodFacts> stored = new HashMap<>(); // by name, what the API server has
  private final List<Written> written = new ArrayList<>();
  private final PendingBinds pending = new PendingBinds(() -> 0, Duration.ofSeconds(1));
  private boolean enabled = true;
  private int looks;
  private int syncedAtLook;
  private boolean readable = true;
  private Supplier<Bound> outcome = Bound.Done::new;

  @BeforeEach
  void publish() {
    ledger.put(Zones.node("n", 2, 2), NOW);
  }

  private BindService service() {
    return new BindService(
        new BindService.Parts(
            ledger,
            enabled,
            this::isSynced,
            uid -> Optional.ofNullable(known.get(uid)),
            this::read,
            this::write,
            pending,
            () -> NOW,
            metrics),
        Duration.ZERO);
  }

  private boolean isSynced() {
    looks++;
    return looks >= syncedAtLook;
  }

  private Optional<PodFacts> read(String namespace, String name) throws IOException {
    if (!readable) {
      throw new IOException("the API server is away");
    }
    return Optional.ofNullable(stored.get(namespace + "/" + name));
  }

  private Bound write(BindRequest pod, List<ZoneShare> result) {
    written.add(new Written(pod, result));
    return outcome.get();
  }

  /** Binds a pod; what went wrong, or an empty text. */
  private String bind(String uid, String node) {
    var response =
        service()
            .bind(
                request(
                    "{\"PodName\":\"pod-%s\",\"PodNamespace\":\"shop\",\"PodUID\":\"%s\",\"Node\":\"%s\"}"
                        .formatted(uid, uid, node)));
    assertThat(response.status()).isEqualTo(200);
    try {
      return new ObjectMapper()
          .readTree(response.body(), 0, response.length())
          .path("Error")
          .asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Request request(String text) {
    byte[] body = text.getBytes(UTF_8);
    return new Request("", body, body.length, 0);
  }

  private void know(String uid, int cpus) {
    known.put(uid, Zones.pod(uid, Zones.asking(cpus)));
  }

  private long free(String node) {
    var zones = ledger.zones(node).orElseThrow();
    return (zones.free("node0", "cpu") + zones.free("node1", "cpu")) / 1_000;
  }

  private void assertCounted(String outcome) {
    for (String each : List.of("bound", "refused", "failed", "unknown")) {
      assertThat(metrics.bindings.labelValues(each).get())
          .as(each)
          .isEqualTo(each.equals(outcome) ? 1 : 0);
    }
  }

  @Test
  void bind_zonesHaveRoom_isWrittenWithItsShares() {
    know("a", 3);
    assertThat(bind("a", "n")).isEmpty();

    assertThat(written).hasSize(1);
    assertThat(written.get(0).pod()).isEqualTo(new BindRequest("pod-a", "shop", "a", "n"));
    assertThat(Zones.cpus(written.get(0).result())).isEqualTo(3);
    assertThat(free("n")).isEqualTo(1);
    assertCounted("bound");
  }

  @Test
  void bind_asksForNothing_isWrittenWithoutAResult() {
    know("a", 0);
    syncedAtLook = Integer.MAX_VALUE;
    assertThat(bind("a", "anywhere")).isEmpty();
    assertThat(written).singleElement().satisfies(w -> assertThat(w.result()).isEmpty());
    assertThat(free("n")).isEqualTo(4);
    assertCounted("bound");
  }

  @Test
  void bind_zonesAreNotHandedOut_isWrittenWithoutLookingAtThePod() {
    enabled = false;
    readable = false;
    assertThat(bind("nobody-knows", "n")).isEmpty();
    assertThat(written).singleElement().satisfies(w -> assertThat(w.result()).isEmpty());
    assertCounted("bound");
  }

  @Test
  void bind_kubeletDecides_isCountedButBringsNoResult() {
    ledger.put(Zones.node("k", CpuBinding.KUBELET, 2, 2), NOW);
    know("a", 2);
    assertThat(bind("a", "k")).isEmpty();
    assertThat(written).singleElement().satisfies(w -> assertThat(w.result()).isEmpty());
    assertThat(free("k")).isEqualTo(2);
  }

  @Test
  void bind_noRoom_isRefusedAndNotWritten() {
    know("a", 5);
    assertThat(bind("a", "n")).contains("no room");
    assertThat(written).isEmpty();
    assertThat(free("n")).isEqualTo(4);
    assertCounted("refused");
  }

  @Test
  void bind_nodeWithoutATopology_isRefused() {
    know("a", 1);
    assertThat(bind("a", "other")).contains("node other has no NodeResourceTopology");
    assertThat(written).isEmpty();
    assertCounted("refused");
  }

  @Test
  void bind_apiServerRefuses_givesTheCpusBack() {
    know("a", 4);
    know("b", 4);
    outcome = () -> new Bound.Refused("HTTP 409: pod is being deleted");
    assertThat(bind("a", "n")).isEqualTo("HTTP 409: pod is being deleted");
    assertCounted("failed");
    assertThat(free("n")).isEqualTo(4);

    outcome = Bound.Done::new;
    assertThat(bind("b", "n")).isEmpty();
  }

  @Test
  void bind_apiServerDoesNotAnswer_keepsTheCpus() {
    know("a", 3);
    know("b", 2);
    outcome = () -> new Bound.Unknown("no answer within 4000 ms");
    assertThat(bind("a", "n")).isEqualTo("no answer within 4000 ms");
    assertCounted("unknown");
    assertThat(free("n")).isEqualTo(1);
    outcome = Bound.Done::new;
    assertThat(bind("b", "n")).contains("no room");
  }

  @Test
  void bind_triedAgainAfterNoAnswer_bringsTheSameShares() {
    ledger.put(Zones.node("n", 2, 3), NOW);
    know("a", 2);
    know("b", 1);
    outcome = () -> new Bound.Unknown("");
    assertThat(bind("a", "n")).isNotEmpty();
    outcome = Bound.Done::new;
    assertThat(bind("b", "n")).isEmpty(); // now another zone has the most free
    assertThat(bind("a", "n")).isEmpty();

    assertThat(written.get(2).result()).isEqualTo(written.get(0).result());
    assertThat(free("n")).isEqualTo(2);
  }

  @Test
  void bind_refusedAfterNoAnswer_keepsTheCpus() {
    know("a", 3);
    outcome = () -> new Bound.Unknown("");
    assertThat(bind("a", "n")).isNotEmpty();
    outcome = () -> new Bound.Refused("pod-a is already assigned to node n"); // by the first write
    assertThat(bind("a", "n")).contains("already assigned");
    assertThat(free("n")).isEqualTo(1);
  }

  @Test
  void bind_podIsThereAlready_isRefusedAndCountsOn() {
    know("a", 3);
    assertThat(bind("a", "n")).isEmpty();
    var pod =
        new PodTopology.Builder()
            .container(PodTopology.Run.CONTAINER, Map.of("cpu", 3_000L), Map.of("cpu", 3_000L))
            .result(written.get(0).result())
            .build();
    ledger.put(new ZoneLedger.Pod("a", "shop", "pod-a", pod), "n", NOW, NOW);

    assertThat(bind("a", "n")).contains("already");
    assertThat(written).hasSize(1);
    assertThat(free("n")).isEqualTo(1);
  }

  @Test
  void bind_notAllIsListed_failsAndIsNotWritten() {
    know("a", 1);
    syncedAtLook = BindService.MOST_LOOKS + 1;
    assertThat(bind("a", "n")).contains("not all pods and topologies are listed yet");
    assertThat(written).isEmpty();
    assertThat(free("n")).isEqualTo(4);
    assertCounted("failed");
  }

  @Test
  void bind_allIsListedInAMoment_waitsForIt() {
    know("a", 1);
    syncedAtLook = BindService.MOST_LOOKS;
    assertThat(bind("a", "n")).isEmpty();
    assertCounted("bound");
  }

  @Test
  void bind_podIsNotKnownYet_isReadFromTheApiServer() {
    stored.put("shop/pod-a", Zones.pod("a", Zones.asking(3)));
    assertThat(bind("a", "n")).isEmpty();
    assertThat(Zones.cpus(written.get(0).result())).isEqualTo(3);
  }

  @Test
  void bind_thereIsNoSuchPod_fails() {
    assertThat(bind("a", "n")).contains("no such pod with UID a");
    assertCounted("failed");
    assertThat(written).isEmpty();
  }

  @Test
  void bind_anotherPodHasItsName_fails() {
    stored.put("shop/pod-a", Zones.pod("made-anew", Zones.asking(1)));
    assertThat(bind("a", "n")).contains("no such pod with UID a");
    assertThat(written).isEmpty();
    assertThat(free("n")).isEqualTo(4);
  }

  @Test
  void bind_podCannotBeRead_fails() {
    readable = false;
    assertThat(bind("a", "n")).contains("the API server is away");
    assertThat(written).isEmpty();
    assertCounted("failed");
  }

  @Test
  void bind_aDefectOfOurs_failsAndKeepsTheCpusAsItMayHaveBeenWritten() {
    know("a", 3);
    outcome =
        () -> {
          throw new IllegalStateException("broken");
        };
    assertThat(bind("a", "n")).contains("Ballast failed").contains("broken");
    assertCounted("failed");
    assertThat(free("n")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"PodUID\":\"u\",\"Node\":\"a/b\"}"
      })
  void bind_malformed_is400AndCounted(String text) {
    assertThat(service().bind(request(text)).status()).isEqualTo(400);
    assertThat(metrics.extenderBadRequests.labelValues("malformed").get()).isEqualTo(1);
    assertThat(written).isEmpty();
    assertThat(metrics.bindings.labelValues("failed").get()).isZero();
  }

  @Test
  void bind_whateverComesOfIt_nobodyWaitsForItAnyMore() {
    know("fits", 1);
    know("large", 9);
    for (String uid : List.of("fits", "large", "unknown")) {
      pending.add(uid);
      bind(uid, "n");
      pending.await("next"); // by a clock that stands still: for ever
    }
    assertThat(metrics.bindings.labelValues("bound").get()).isEqualTo(1);
  }

  @Test
  void bind_isBeingWritten_itsCpusAreTakenAndNobodyWaitsForIt() {
    know("a", 3);
    pending.add("a");
    outcome =
        () -> {
          pending.await("next");
          assertThat(free("n")).isEqualTo(1);
          return new Bound.Done();
        };
    assertThat(bind("a", "n")).isEmpty();
  }

  @Test
  void routes_underAPrefix_areOfBindAlone() {
    var routes = service().routes("/v1");
    assertThat(routes).containsOnlyKeys("/v1/bind");
    assertThat(Objects.requireNonNull(routes.get("/v1/bind"))).containsOnlyKeys("POST");
  }
}
