package dev.ballast.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class PodResourcesTest {
  private static final Amounts NONE = Amounts.NONE;

  private static Amounts amounts(double cpu, double memory) {
    return new Amounts(cpu, memory);
  }

  @Test
  void build_containers_areSummed() {
    var pod =
        PodResources.builder()
            .container(amounts(1, 100), amounts(2, 200))
            .container(amounts(0.5, 50), amounts(1, 70))
            .build();

    assertThat(pod).isEqualTo(new PodResources(1.5, 150, 3, 270, PodOverrides.NONE));
  }

  @Test
  void build_nothing_isNone() {
    assertThat(PodResources.builder().build()).isEqualTo(PodResources.NONE);
  }

  @Test
  void build_oneContainerWithoutLimit_isNotLimited() {
    var pod =
        PodResources.builder()
            .container(amounts(1, 100), amounts(2, 200))
            .container(amounts(1, 100), amounts(0, 200))
            .build();

    assertThat(pod.cpuLimit()).isZero();
    assertThat(pod.memoryLimit()).isEqualTo(400);
  }

  @Test
  void build_sidecarWithoutLimit_isNotLimited() {
    var pod =
        PodResources.builder()
            .sidecar(amounts(1, 100), NONE)
            .container(amounts(1, 100), amounts(2, 200))
            .build();

    assertThat(pod).isEqualTo(new PodResources(2, 200, 0, 0, PodOverrides.NONE));
  }

  @Test
  void build_initContainers_countByTheirMaximum() {
    var pod =
        PodResources.builder()
            .init(amounts(3, 10), NONE)
            .init(amounts(1, 300), NONE)
            .container(amounts(2, 200), amounts(2, 200))
            .build();

    assertThat(pod).isEqualTo(new PodResources(3, 300, 2, 200, PodOverrides.NONE));
  }

  @Test
  void build_initContainerBehindASidecar_runsBesideIt() {
    var pod =
        PodResources.builder()
            .init(amounts(4, 0), amounts(4, 0))
            .sidecar(amounts(1, 0), amounts(1, 0))
            .init(amounts(4, 0), amounts(4, 0))
            .sidecar(amounts(0.5, 0), amounts(0.5, 0))
            .container(amounts(2, 0), amounts(2, 0))
            .build();

    assertThat(pod.cpuRequest()).isEqualTo(5);
    assertThat(pod.cpuLimit()).isEqualTo(5);
  }

  @Test
  void build_wholePod_replacesTheSums() {
    var pod =
        PodResources.builder()
            .container(amounts(1, 100), NONE)
            .wholePod(amounts(4, 0), amounts(8, 0))
            .build();

    assertThat(pod).isEqualTo(new PodResources(4, 100, 8, 0, PodOverrides.NONE));
  }

  @Test
  void build_overhead_isAddedToRequestsAndToLimitsThatHold() {
    var pod =
        PodResources.builder()
            .container(amounts(1, 100), amounts(2, 0))
            .overhead(amounts(0.25, 16))
            .build();

    assertThat(pod).isEqualTo(new PodResources(1.25, 116, 2.25, 0, PodOverrides.NONE));
  }

  @Test
  void parse_wrongQuantity_isToldAndCountsAsAbsent() {
    var told = new ArrayList<String>();

    var amounts =
        Amounts.parse("limits", "two", "1Gi", (what, text, why) -> told.add(what + "=" + text));

    assertThat(amounts).isEqualTo(amounts(0, 1L << 30));
    assertThat(told).containsExactly("limits.cpu=two");
    assertThat(Amounts.parse("limits", "", null, BadText.IGNORED)).isEqualTo(NONE);
  }

  @Test
  void overrides_wrongQuantity_isToldAndCountsAsAbsent() {
    var told = new ArrayList<String>();

    var overrides =
        PodOverrides.of(
            "-1",
            "300Mi",
            Optional.empty(),
            (what, text, why) -> told.addAll(List.of(what, text, why)));

    assertThat(overrides.cpu()).isEmpty();
    assertThat(overrides.memory()).isEqualTo(OptionalDouble.of(300L << 20));
    assertThat(told)
        .containsExactly(
            "ballast.dev/estimated-cpu", "-1", "negative: write 0 or more, such as 500m or 2Gi");
    assertThat(PodOverrides.of(null, null, Optional.empty(), BadText.IGNORED))
        .isSameAs(PodOverrides.NONE);
  }
}
