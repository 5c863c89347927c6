package dev.ballast.extender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.BindService.Bound;
import dev.ballast.extender.wire.ExtenderContainer;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.Quantities;
import dev.ballast.http.Request;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.Verdict;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneFit;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZonePreference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A burst as kube-scheduler makes it: one filter call after the other, and each pod's bind call
 * from a thread of its own while the next pod is asked about. By a clock that stands still, so no
 * offer ends before its bind call has come.
 */
final class ZoneBurstTest {
  private static final long NOW = 1_795_348_800_000L;
  private static final int NODES = 6;
  private static final String[] NAMES =
      IntStream.range(0, NODES).mapToObj(i -> "n" + i).toArray(String[]::new);
  private static final NodeList LIST = NodeList.of(NAMES, new NodeLoad[NODES]);

  private final Metrics metrics = new Metrics();
  private final Map<String, Integer> asked = new HashMap<>(); // CPUs by UID
  private final Map<String, Integer> given = new ConcurrentHashMap<>();
  private final Random random = new Random(11);

  /** Pods of a burst in a mixed order: together more than there is. */
  private List<String> burst() {
    var uids = new ArrayList<String>();
    for (int i = 0; i < 120; i++) {
      asked.put("pod" + i, 1 + i % 4);
      uids.add("pod" + i);
    }
    Collections.shuffle(uids, random);
    return uids;
  }

  private static int there(ZoneLedger ledger) {
    int free = 0;
    for (String node : NAMES) {
      var zones = ledger.zones(node).orElseThrow();
      free += (int) ((zones.free("node0", "cpu") + zones.free("node1", "cpu")) / 1_000);
    }
    return free;
  }

  private static ZoneLedger ledger(ZonePreference preference) {
    var ledger = new ZoneLedger(preference);
    for (String node : NAMES) {
      ledger.put(Zones.node(node, 8, 7), NOW);
    }
    return ledger;
  }

  private ExtenderPod pod(String uid) {
    var cpus = new Quantities(String.valueOf(asked.get(uid)), "1Mi");
    return new ExtenderPod(
        uid,
        "shop",
        "pod-" + uid,
        Map.of(PodTopology.AWARENESS, String.valueOf(uid.length() % 2 == 0)),
        "load-aware-scheduler",
        "",
        false,
        new ExtenderPod.Resources(
            List.of(new ExtenderContainer(ExtenderContainer.Kind.CONTAINER, cpus, cpus)),
            Quantities.NONE,
            Quantities.NONE,
            Quantities.NONE),
        false,
        false);
  }

  private BindService binder(ZoneLedger ledger, PendingBinds pending, ZoneJudge judge) {
    return new BindService(
        new BindService.Parts(
            ledger,
            true,
            () -> true,
            uid -> Optional.of(Zones.pod(uid, judge.of(pod(uid)))),
            (namespace, name) -> Optional.empty(),
            (pod, result) -> {
              given.put(pod.uid(), (int) Zones.cpus(result));
              return new Bound.Done();
            },
            pending,
            () -> NOW,
            metrics));
  }

  /** The nodes that a filter call would give back. */
  private static List<String> filter(ZoneJudge judge, ExtenderPod pod) {
    judge.awaitBinds(pod);
    ZoneFit[] fits = judge.fits(pod, LIST, NOW);
    var verdicts = new Verdict[NODES];
    var passing = new ArrayList<String>();
    for (int i = 0; i < NODES; i++) {
      verdicts[i] = judge.verdict(fits[i]);
      if (verdicts[i].passes()) {
        passing.add(NAMES[i]);
      }
    }
    judge.offer(pod, LIST, fits, verdicts, NOW);
    return passing;
  }

  private static Request bind(String uid, String node) {
    byte[] body =
        "{\"PodName\":\"pod-%s\",\"PodNamespace\":\"shop\",\"PodUID\":\"%s\",\"Node\":\"%s\"}"
            .formatted(uid, uid, node)
            .getBytes(StandardCharsets.UTF_8);
    return new Request("", body, body.length, 0);
  }

  private static ZoneJudge judge(ZoneLedger ledger, Optional<PendingBinds> pending) {
    return new ZoneJudge(
        ledger,
        () -> true,
        new ZoneJudge.Settings(true, 0.5, true),
        pending,
        (pod, topology) -> {});
  }

  @ParameterizedTest
  @EnumSource(ZonePreference.class)
  void bind_burstWithSlowThreads_noCallIsRefusedAndNoCpuIsLeftThatFits(ZonePreference preference)
      throws Exception {
    var ledger = ledger(preference);
    int room = there(ledger);
    var pending =
        new PendingBinds(() -> 0, Duration.ofSeconds(1)); // waits until the calls have come
    var judge = judge(ledger, Optional.of(pending));
    var binder = binder(ledger, pending, judge);
    var threads = Executors.newCachedThreadPool();
    var waiting = new ArrayDeque<>(burst());
    try {
      int before;
      do {
        before = waiting.size();
        round(waiting, judge, binder, threads);
      } while (waiting.size() < before);
    } finally {
      threads.shutdownNow();
    }
    assertThat(metrics.bindings.labelValues("refused").get()).isZero();
    assertThat(metrics.bindings.labelValues("failed").get()).isZero();
    assertThat(given).allSatisfy((uid, cpus) -> assertThat(cpus).isEqualTo(asked.get(uid)));
    int sum = given.values().stream().mapToInt(c -> c).sum();
    assertThat(sum + there(ledger)).isEqualTo(room);
    assertThat(sum).as("of %d", room).isEqualTo(room);
  }

  /** Asks once about each pod that waits; takes out those that are bound then. */
  private void round(
      Deque<String> waiting, ZoneJudge judge, BindService binder, ExecutorService threads)
      throws Exception {
    var binding = new ArrayList<Future<?>>();
    for (int i = waiting.size(); i > 0; i--) {
      String uid = waiting.removeFirst();
      var passing = filter(judge, pod(uid));
      if (passing.isEmpty()) {
        waiting.addLast(uid);
      } else {
        String node = passing.get(random.nextInt(passing.size()));
        int spins = random.nextInt(20) == 0 ? 2_000_000 : 0; // a thread that is late now and then
        binding.add(
            threads.submit(
                () -> {
                  for (int spin = 0; spin < spins; spin++) {
                    Thread.onSpinWait();
                  }
                  return binder.bind(bind(uid, node));
                }));
      }
    }
    for (var call : binding) {
      call.get();
    }
  }

  /** Without the wait nothing is given twice either, but pods are refused for want of it. */
  @Test
  void filter_bindCallIsStillToCome_othersAreRefusedWhatItMayTake() {
    var ledger = ledger(ZonePreference.MOST_FREE);
    var judge = judge(ledger, Optional.empty());
    asked.put("first2", 8);
    asked.put("second", 8);
    assertThat(filter(judge, pod("first2"))).hasSize(NODES);
    assertThat(filter(judge, pod("second"))).isEmpty();
  }

  @Test
  void filter_bindCallComesMeanwhile_onlyItsNodeIsLess() throws Exception {
    var ledger = ledger(ZonePreference.MOST_FREE);
    var pending = new PendingBinds(() -> 0, Duration.ofSeconds(1)); // waits until the call has come
    var judge = judge(ledger, Optional.of(pending));
    var binder = binder(ledger, pending, judge);
    asked.put("first2", 8);
    asked.put("second", 8);
    assertThat(filter(judge, pod("first2"))).hasSize(NODES);
    var call = new Thread(() -> binder.bind(bind("first2", "n3")));
    call.start();
    assertThat(filter(judge, pod("second"))).hasSize(NODES - 1).doesNotContain("n3");
    call.join();
  }
}
