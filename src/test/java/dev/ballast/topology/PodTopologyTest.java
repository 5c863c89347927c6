package dev.ballast.topology;

import static dev.ballast.topology.Zoned.GI;
import static dev.ballast.topology.Zoned.amounts;
import static dev.ballast.topology.Zoned.container;
import static dev.ballast.topology.Zoned.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.topology.PodTopology.Run;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PodTopologyTest {
  private final PodTopology.Builder pod = new PodTopology.Builder();

  private static Map<String, Long> cpu(long milli) {
    return Map.of("cpu", milli);
  }

  @Test
  void build_wholeCpusWithLimit_areTargets() {
    var built = container(pod, Run.CONTAINER, 2_000, GI).build();

    assertThat(built.request()).isEqualTo(amounts(2_000, GI));
    assertThat(built.aware()).isEmpty();
    assertThat(built.explicit()).isFalse();
    assertThat(built.aligned()).hasSize(1);
    assertThat(built.asks()).isTrue();
    assertThat(built.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2000,2000,true",
    "1000,1000,true",
    "2000,3000,false",
    "2000,0,false",
    "0,2000,false",
    "0,0,false",
    "500,500,false",
    "2500,2500,false",
    "1,1,false",
  })
  void build_cpus_areATargetWhenWholeAndLimited(long request, long limit, boolean target) {
    var built =
        pod.container(
                Run.CONTAINER,
                request == 0 ? Map.of() : cpu(request),
                limit == 0 ? Map.of() : cpu(limit))
            .build();

    assertThat(built.request()).isEqualTo(target ? cpu(request) : Map.of());
    assertThat(built.asks()).isEqualTo(target);
  }

  @Test
  void build_containersOfWhichSomeAreTargets_sumsUpThese() {
    pod.container(Run.CONTAINER, amounts(2_000, GI), cpu(2_000));
    pod.container(Run.CONTAINER, amounts(500, 7 * GI), cpu(500));
    pod.container(
        Run.CONTAINER, Map.of("cpu", 3_000L, "example.com/gpu", 1L), Map.of("cpu", 3_000L));

    assertThat(pod.build().request())
        .isEqualTo(Map.of("cpu", 5_000L, "memory", GI, "example.com/gpu", 1L));
  }

  @Test
  void build_initContainersAndSidecars_countAsTheyRun() {
    container(pod, Run.INIT, 9_000, GI); // alone: 9
    container(pod, Run.SIDECAR, 1_000, 2 * GI);
    container(pod, Run.INIT, 3_000, 6 * GI); // with a sidecar: 4, and 8 GiB
    container(pod, Run.SIDECAR, 2_000, GI);
    container(pod, Run.CONTAINER, 4_000, GI); // all: 7, and 4 GiB

    assertThat(pod.build().request()).isEqualTo(amounts(9_000, 8 * GI));
    assertThat(pod.build().alignedRequest()).isEqualTo(amounts(9_000, 8 * GI));
  }

  @Test
  void build_moreThanALongHolds_isTheLargest() {
    container(pod, Run.CONTAINER, 1_000, Long.MAX_VALUE);
    container(pod, Run.CONTAINER, 1_000, Long.MAX_VALUE);

    assertThat(pod.build().request()).isEqualTo(amounts(2_000, Long.MAX_VALUE));
  }

  @Test
  void build_guaranteedPodOfPartsOfCpus_isAlignedWithoutThem() {
    container(pod, Run.CONTAINER, 2_500, GI);
    container(pod, Run.CONTAINER, 3_000, GI);

    assertThat(pod.build().aligned()).hasSize(2);
    assertThat(pod.build().alignedRequest()).isEqualTo(amounts(3_000, 2 * GI));
    assertThat(pod.build().request()).isEqualTo(amounts(3_000, GI));
    assertThat(pod.build().hasWholeCpus()).isTrue();
  }

  @Test
  void build_onlyPartsOfCpus_hasNoneOfItsOwn() {
    var built = container(pod, Run.CONTAINER, 500, GI).build();

    assertThat(built.request()).isEmpty();
    assertThat(built.asks()).isTrue();
    assertThat(built.hasWholeCpus()).isFalse();
    assertThat(built.alignedRequest()).isEqualTo(Map.of("memory", GI));
  }

  @Test
  void build_podThatIsNotGuaranteed_isNotAligned() {
    container(pod, Run.INIT, 2_000, GI);
    pod.container(Run.CONTAINER, cpu(1_000), amounts(1_000, GI)); // memory is as its limit
    assertThat(pod.build().aligned()).hasSize(2);

    pod.container(Run.CONTAINER, amounts(3_000, GI), amounts(3_000, 2 * GI));

    assertThat(pod.build().aligned()).isEmpty();
    assertThat(pod.build().request()).isEqualTo(amounts(4_000, GI));
  }

  @Test
  void build_withoutMemoryLimit_isATargetAndNotAligned() {
    var built = pod.container(Run.CONTAINER, cpu(2_000), cpu(2_000)).build();

    assertThat(built.request()).isEqualTo(cpu(2_000));
    assertThat(built.aligned()).isEmpty();
  }

  @Test
  void build_podOfADaemonSet_hasNoTargetsAndIsAligned() {
    var built = container(pod, Run.CONTAINER, 2_000, GI).daemonSet(true).build();

    assertThat(built.request()).isEmpty();
    assertThat(built.aligned()).hasSize(1);
  }

  @Test
  void build_nothing_isNone() {
    assertThat(pod.build()).isSameAs(PodTopology.NONE);
    assertThat(PodTopology.NONE.asks()).isFalse();
    assertThat(new PodTopology.Builder().container(Run.CONTAINER, cpu(500), Map.of()).build())
        .isSameAs(PodTopology.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "1,true", "t,true", "T,true", "true,true", "TRUE,true", "True,true",
    "0,false", "f,false", "F,false", "false,false", "FALSE,false", "False,false",
  })
  void awareness_booleanAsGoReadsIt_isTaken(String text, boolean aware) {
    var built = container(pod, Run.CONTAINER, 2_000, GI).awareness(Optional.of(text)).build();

    assertThat(built.aware()).contains(aware);
    assertThat(built.explicit()).isEqualTo(aware);
    assertThat(built.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "tRUE", " true", "2"})
  void awareness_anythingElse_isAProblemAndCountsAsNotThere(String text) {
    var built = container(pod, Run.CONTAINER, 2_000, GI).awareness(Optional.of(text)).build();

    assertThat(built.aware()).isEmpty();
    assertThat(built.explicit()).isFalse();
    assertThat(built.problems())
        .containsExactly(
            "topology.crane.io/topology-awareness is \""
                + text
                + "\": it counts as if it were not there; write true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exclusive", "numa", "immovable"})
  void cpuPolicy_known_isExplicit(String policy) {
    var built = container(pod, Run.CONTAINER, 2_000, GI).cpuPolicy(Optional.of(policy)).build();

    assertThat(built.explicit()).isTrue();
    assertThat(built.problems()).isEmpty();
    assertThat(built.aware()).isEmpty();
  }

  @Test
  void cpuPolicy_none_hasNoTargetsWhateverElseIsSaid() {
    var built =
        container(pod, Run.CONTAINER, 2_000, GI)
            .cpuPolicy(Optional.of("none"))
            .awareness(Optional.of("true"))
            .build();

    assertThat(built.request()).isEmpty();
    assertThat(built.explicit()).isFalse();
    assertThat(built.problems()).isEmpty();
    assertThat(built.aligned()).hasSize(1);
  }

  @Test
  void cpuPolicy_unknown_isAProblemAndCountsAsNotThere() {
    var built =
        container(pod, Run.CONTAINER, 2_000, GI).cpuPolicy(Optional.of("Exclusive")).build();

    assertThat(built.request()).isEqualTo(amounts(2_000, GI));
    assertThat(built.explicit()).isFalse();
    assertThat(built.problems())
        .containsExactly(
            "topology.crane.io/cpu-policy is \"Exclusive\": it counts as if it were not there;"
                + " write none, exclusive, numa or immovable");
  }

  @Test
  void build_annotationsOfAPodWithoutTargets_areAProblem() {
    var built =
        pod.container(Run.CONTAINER, cpu(500), Map.of()).awareness(Optional.of("true")).build();

    assertThat(built.explicit()).isFalse();
    assertThat(built.problems())
        .containsExactly(
            "its annotations ask for CPUs of a zone, and no container has a CPU limit equal to its"
                + " request and a whole number above 0: it gets none; write such a limit");
  }

  @Test
  void build_annotationsOfADaemonSet_areNoProblem() {
    assertThat(pod.daemonSet(true).cpuPolicy(Optional.of("numa")).build().problems()).isEmpty();
  }

  @Test
  void excludeReserved_noBoolean_isAProblem() {
    assertThat(pod.excludeReserved(Optional.empty()).build().problems()).isEmpty();
    assertThat(pod.excludeReserved(Optional.of("false")).build().problems()).isEmpty();
    assertThat(pod.excludeReserved(Optional.of("True")).build().problems())
        .containsExactly(
            "topology.crane.io/exclude-reserved-cpus is \"True\": it counts as false; write true or"
                + " false");
  }

  @Test
  void result_ofShares_isKeptAndAnEmptyOneIsNone() {
    var shares = List.of(share(0, cpu(2_000)));

    assertThat(container(pod, Run.CONTAINER, 2_000, GI).result(shares).build().result())
        .contains(shares);
    assertThat(pod.result(List.of()).build().result()).isEmpty();
  }

  @Test
  void brokenResult_isAProblemWithoutControlCharactersAndShortened() {
    String text = "[\n\u0007" + "x".repeat(100);

    assertThat(pod.brokenResult(text, "no JSON").build().problems())
        .containsExactly(
            "topology.crane.io/topology-result is \"[??"
                + "x".repeat(77)
                + "...\", no JSON: it counts as if it were not there, so the pod counts in each"
                + " zone");
  }

  @Test
  void request_isNotToBeChanged() {
    var built = container(pod, Run.CONTAINER, 2_000, GI).build();

    assertThatThrownBy(() -> built.request().put("cpu", 0L))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> built.aligned().get(0).requests().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
