package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the pictures of README.md show what the code does. */
final class PicturesTest {
  private static final int CORES = 8;

  /** Two zones of four cores; two CPUs a core, two cores an L3 group. */
  private static final CpuTopology MACHINE = CpuTopology.of(Machines.regular(2, 1, 4, 2, 2));

  /** Both CPUs of each core, with a colon between L3 groups and a line between zones. */
  private static String picture(IntFunction<String> ofCpu) {
    var text = new StringBuilder();
    for (int core = 0; core < CORES; core++) {
      text.append(core == 0 ? "" : core % 4 == 0 ? " | " : core % 2 == 0 ? " : " : " ");
      text.append(ofCpu.apply(core)).append(ofCpu.apply(core + CORES));
    }
    return text.toString();
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  @ParameterizedTest
  @CsvSource({
    "packed, 6, 1",
    "packed, 10, 1",
    "distributed, 10, 1",
    "distributed, 10, 2",
    "full-core, 10, 1",
    "spread, 4, 1",
    "l3, 6, 1",
  })
  void readme_pictureOfAPolicy_isWhatIsTaken(String policy, int cpus, int group)
      throws IOException {
    CpuSet available = CpuSet.parse("1-15");
    var request = new TakeRequest(TakePolicy.of(policy).orElseThrow(), cpus, group);

    var taken = (Taken.Cpus) new CpuAllocator(MACHINE).take(available, request);

    String name = group == 1 ? policy : policy + ", group " + group;
    String picture =
        picture(cpu -> taken.set().contains(cpu) ? "#" : available.contains(cpu) ? "." : "x");
    assertThat(readme()).contains("%-21s %2d  %s".formatted(name, cpus, picture));
  }

  /** A step, and the pools after it. */
  private record Moment(String step, Pools pools) {}

  @Test
  void readme_pictureOfThePools_isWhatHappens() throws IOException {
    var numa = new ContainerId("pod", "numa");
    var exclusive = new ContainerId("pod", "exclusive");
    var immovable = new ContainerId("pod", "immovable");
    var moments = new ArrayList<Moment>();
    var pools = Pools.of(MACHINE, CpuSet.parse("0,8"), Map.of(0, 1, 1, 1));
    pools =
        step(moments, "assign N: numa, zone 0", pools.assign(numa, Claim.numa(Set.of(0), false)));
    pools =
        step(
            moments,
            "assign E: exclusive, 3",
            pools.assign(exclusive, Claim.exclusive(TakePolicy.PACKED, Share.ofZone(0, 3))));
    pools =
        step(
            moments,
            "assign I: immovable, 2",
            pools.assign(immovable, Claim.immovable(TakePolicy.PACKED, Share.ofZone(0, 2))));
    pools = step(moments, "resize E to 1", pools.resize(exclusive, List.of(Share.ofZone(0, 1))));
    pools = step(moments, "release E", pools.release(exclusive));
    step(moments, "release I", pools.release(immovable));

    for (Moment moment : moments) {
      assertThat(readme()).contains("%-24s%s".formatted(moment.step(), picture(moment.pools())));
    }
  }

  private static Pools step(List<Moment> moments, String name, PoolStep step) {
    Pools after = ((PoolStep.Done) step).pools();
    moments.add(new Moment(name, after));
    return after;
  }

  private static String picture(Pools pools) {
    return picture(
        cpu -> {
          String owners =
              Stream.of("numa", "exclusive", "immovable")
                  .filter(
                      name ->
                          pools
                              .set(new ContainerId("pod", name))
                              .orElse(CpuSet.EMPTY)
                              .contains(cpu))
                  .collect(Collectors.joining(" "));
          return switch (owners) {
            case "numa" -> "N";
            case "exclusive" -> "E";
            case "numa immovable" -> "B";
            case "" -> pools.reserved().contains(cpu) ? "r" : ".";
            default -> owners;
          };
        });
  }
}
