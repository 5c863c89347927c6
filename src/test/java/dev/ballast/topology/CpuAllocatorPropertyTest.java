package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every machine, and that the answers are the kubelet's without its defects. */
final class CpuAllocatorPropertyTest {
  @Property(tries = 3_000)
  void take_anyState_isWhatTheKubeletTakesWithoutItsDefects(@ForAll long seed) {
    var state = new RandomStates(seed).next("");
    var simple = new KubeletTake(state.topology(), EnumSet.noneOf(KubeletTake.Defect.class));

    Taken taken = new CpuAllocator(state.topology()).take(state.available(), state.request());

    String expected = simple.take(state.available(), state.request());
    assertThat(taken instanceof Taken.Cpus cpus ? cpus.set().toString() : "error")
        .isEqualTo(expected);
  }

  @Property
  void take_anyState_givesAsManyFreeCpusAsAreWanted(@ForAll long seed, @ForAll TakePolicy policy) {
    var state = new RandomStates(seed).next("");
    var request = new TakeRequest(policy, state.request().cpus(), state.request().group());

    Taken taken = new CpuAllocator(state.topology()).take(state.available(), request);

    if (taken instanceof Taken.Cpus cpus) {
      assertThat(cpus.set().size()).isEqualTo(request.cpus());
      assertThat(state.available().containsAll(cpus.set())).isTrue();
    } else if (policy != TakePolicy.FULL_CORE) {
      assertThat(request.cpus()).isGreaterThan(state.available().size());
    }
  }

  @Property
  void take_fullCore_sharesNoCoreAndFindsAWayIfThereIsOne(@ForAll long seed) {
    var state = new RandomStates(seed).next("");
    var request = new TakeRequest(TakePolicy.FULL_CORE, state.request().cpus());

    Taken taken = new CpuAllocator(state.topology()).take(state.available(), request);

    var machine = state.topology();
    boolean[] sums = new boolean[CpuTopology.MAX_CPUS + 1]; // of whole free cores
    sums[0] = true;
    for (int core = 0; core < machine.cores.count(); core++) {
      CpuSet all = machine.cpus(maskOf(machine, core));
      if (state.available().containsAll(all)) {
        for (int sum = sums.length - 1; sum >= all.size(); sum--) {
          sums[sum] |= sums[sum - all.size()];
        }
      }
      if (taken instanceof Taken.Cpus cpus) {
        assertThat(cpus.set().intersect(all).size()).isIn(0, all.size());
      }
    }
    assertThat(taken instanceof Taken.Cpus).isEqualTo(sums[request.cpus()]);
  }

  private static long[] maskOf(CpuTopology machine, int core) {
    long[] mask = new long[machine.words()];
    for (int cpu : machine.cores.members[core]) {
      mask[cpu >> 6] |= 1L << cpu;
    }
    return mask;
  }

  @Property
  void take_fullCoreWhereCoresAreAlike_isPackedAsLongAsWholeCoresAreThere(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int cores) {
    var state = new RandomStates(seed).next("");
    var machine = state.topology();
    int size = machine.cores.meanSize();
    boolean alike = size * machine.cores.count() == machine.list().size();
    for (int core = 0; core < machine.cores.count(); core++) {
      alike &= machine.cores.size(core) == size;
    }
    boolean sockets = true;
    for (int socket = 0; socket < machine.sockets.count(); socket++) {
      sockets &= machine.sockets.size(socket) == machine.sockets.meanSize();
    }
    var allocator = new CpuAllocator(machine);
    Taken whole =
        allocator.take(state.available(), new TakeRequest(TakePolicy.FULL_CORE, cores * size));
    if (alike && sockets && whole instanceof Taken.Cpus) {
      assertThat(
              allocator.take(state.available(), new TakeRequest(TakePolicy.PACKED, cores * size)))
          .isEqualTo(whole);
    }
  }

  @Property
  void parse_whatWasPrinted_isTheSameSet(@ForAll long seed) {
    CpuSet set = new RandomStates(seed).next("").available();

    assertThat(CpuSet.parse(set.toString())).isEqualTo(set);
  }
}
