package dev.ballast.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The kubelet's allocator (1.36, cpu_assignment.go) step by step, slow and simple, with each of its
 * known defects if it is asked for: with all of them it gives what the kubelet gives, with none
 * what ours should give, and with one it proves what made a difference.
 */
final class KubeletTake {
  static final String ENDLESS = "endless";
  private static final int MANY_STEPS = 10_000;

  /** What the kubelet does wrong. */
  enum Defect {
    /** A core or socket counts as free by the machine's mean size, and is taken with all it has. */
    MEAN_SIZES,

    /** A group that lies in two others is offered twice, and counted twice when it is taken. */
    LISTED_TWICE,

    /** A choice of NUMA nodes that is remembered is in an array that is written to later. */
    REUSED_ARRAY,

    /** A rest is handed out in turns though no node has a whole group left. */
    ENDLESS_TURNS
  }

  /** The loop that never ends. */
  private static final class Endless extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final List<Cpu> machine = new ArrayList<>();
  private final Set<Defect> defects;

  KubeletTake(CpuTopology topology, Set<Defect> defects) {
    this.defects = defects;
    for (int i = 0; i < topology.list().size(); i++) {
      Cpu cpu = topology.list().get(i);
      int core = topology.cores.numbers[topology.cores.of[i]];
      machine.add(new Cpu(cpu.cpu(), core, cpu.socket(), cpu.numa(), cpu.uncore()));
    }
  }

  /** The CPUs as a list, "error", or {@link #ENDLESS}. */
  String take(CpuSet available, TakeRequest request) {
    try {
      var free = new TreeMap<Integer, Cpu>();
      machine.stream().filter(c -> available.contains(c.cpu())).forEach(c -> free.put(c.cpu(), c));
      Set<Integer> taken =
          request.policy() == TakePolicy.DISTRIBUTED
              ? distributed(free, request.cpus(), request.group())
              : packed(free, request.cpus(), request.policy());
      return CpuSet.of(taken.stream().mapToInt(i -> i).toArray()).toString();
    } catch (IllegalStateException e) {
      return "error";
    } catch (Endless e) {
      return ENDLESS;
    }
  }

  private boolean has(Defect defect) {
    return defects.contains(defect);
  }

  /** A request under way. */
  private final class Request {
    final TreeMap<Integer, Cpu> free;
    final Set<Integer> result = new TreeSet<>();
    int needed;

    Request(Map<Integer, Cpu> free, int needed) {
      this.free = new TreeMap<>(free);
      this.needed = needed;
      if (needed > free.size()) {
        throw new IllegalStateException("not enough");
      }
    }

    void take(Collection<Integer> cpus) {
      result.addAll(cpus);
      free.keySet().removeAll(cpus);
      needed -= cpus.size();
    }

    boolean numaFirst() {
      return count(machine, Cpu::socket) >= count(machine, Cpu::numa);
    }

    List<Integer> numas() {
      return numaFirst() ? top(Cpu::numa) : below(top(Cpu::socket), Cpu::socket, Cpu::numa);
    }

    List<Integer> sockets() {
      return numaFirst() ? below(top(Cpu::numa), Cpu::numa, Cpu::socket) : top(Cpu::socket);
    }

    List<Integer> cores() {
      return numaFirst()
          ? below(sockets(), Cpu::socket, Cpu::core)
          : below(numas(), Cpu::numa, Cpu::core);
    }

    List<Integer> uncores() {
      return below(numas(), Cpu::numa, Cpu::uncore);
    }

    private List<Integer> top(ToIntFunction<Cpu> group) {
      return sorted(free.values(), group);
    }

    private List<Integer> below(
        List<Integer> parents, ToIntFunction<Cpu> parent, ToIntFunction<Cpu> group) {
      var all = new ArrayList<Integer>();
      for (int of : parents) {
        all.addAll(
            sorted(free.values().stream().filter(c -> parent.applyAsInt(c) == of).toList(), group));
      }
      return all;
    }

    private List<Integer> sorted(Collection<Cpu> cpus, ToIntFunction<Cpu> group) {
      return cpus.stream()
          .map(group::applyAsInt)
          .distinct()
          .sorted(
              Comparator.<Integer>comparingInt(g -> in(free.values(), group, g).size())
                  .thenComparingInt(g -> g))
          .toList();
    }

    /** Takes groups as a whole; sizes are the mean ones where {@code mean} is not 0. */
    void whole(List<Integer> order, ToIntFunction<Cpu> group, int mean) {
      var chosen = new ArrayList<Integer>();
      for (int g : order) {
        int own = in(machine, group, g).size();
        int left = in(free.values(), group, g).size();
        boolean byMean = mean == 0 || left == mean;
        if (byMean && (left == own || (mean != 0 && has(Defect.MEAN_SIZES)))) {
          chosen.add(g);
        }
      }
      var before = new HashMap<Integer, Integer>();
      chosen.forEach(g -> before.put(g, in(free.values(), group, g).size()));
      for (int g : chosen) {
        List<Integer> all = in(machine, group, g);
        boolean again = in(free.values(), group, g).size() != before.getOrDefault(g, 0);
        if (needed >= all.size() && (!again || has(Defect.LISTED_TWICE))) {
          take(all);
        }
      }
    }

    void partOfUncore(int uncore) {
      int perCore = machine.size() / count(machine, Cpu::core);
      Set<Integer> cores =
          new TreeSet<>(
              free.values().stream()
                  .filter(c -> c.uncore() == uncore)
                  .map(Cpu::core)
                  .distinct()
                  .sorted()
                  .limit((needed + perCore - 1) / perCore)
                  .toList());
      List<Integer> cpus =
          free.values().stream().filter(c -> cores.contains(c.core())).map(Cpu::cpu).toList();
      if (needed % 2 != 0 && perCore > 1 && cpus.size() > needed) {
        cpus = cpus.subList(0, cpus.size() - 1);
      }
      if (cpus.size() == needed) {
        take(cpus);
      }
    }

    void singles(List<Integer> groups, ToIntFunction<Cpu> group) {
      var cpus = new ArrayList<Integer>();
      groups.forEach(g -> cpus.addAll(in(free.values(), group, g)));
      for (int cpu : cpus) {
        if (needed > 0 && (free.containsKey(cpu) || has(Defect.LISTED_TWICE))) {
          take(List.of(cpu));
        }
      }
    }
  }

  private static List<Integer> in(Collection<Cpu> cpus, ToIntFunction<Cpu> group, int of) {
    return cpus.stream().filter(c -> group.applyAsInt(c) == of).map(Cpu::cpu).toList();
  }

  private static int count(Collection<Cpu> cpus, ToIntFunction<Cpu> group) {
    return (int) cpus.stream().mapToInt(group).distinct().count();
  }

  private Set<Integer> packed(Map<Integer, Cpu> available, int cpus, TakePolicy policy) {
    if (cpus < 1) {
      return Set.of();
    }
    var request = new Request(available, cpus);
    int perSocket = machine.size() / count(machine, Cpu::socket);
    int perCore = machine.size() / count(machine, Cpu::core);
    if (request.numaFirst()) {
      request.whole(request.numas(), Cpu::numa, 0);
      request.whole(request.sockets(), Cpu::socket, perSocket);
    } else {
      request.whole(request.sockets(), Cpu::socket, perSocket);
      request.whole(request.numas(), Cpu::numa, 0);
    }
    if (policy == TakePolicy.L3) {
      for (int uncore : request.uncores()) {
        if (request.needed >= machine.size() / count(machine, Cpu::uncore)) {
          request.whole(request.uncores(), Cpu::uncore, 0);
        }
        if (request.needed > 0) {
          request.partOfUncore(uncore);
        }
      }
    }
    if (policy == TakePolicy.SPREAD) {
      request.singles(request.sockets(), Cpu::socket);
    } else {
      request.whole(request.cores(), Cpu::core, perCore);
      request.singles(request.cores(), Cpu::core);
    }
    if (request.needed > 0) {
      throw new IllegalStateException("failed");
    }
    return request.result;
  }

  /** Some of several numbers, in an array that may be shared with other choices. */
  private static final class Choice {
    private final int[] array;
    private final int length;

    Choice(int[] array, int length) {
      this.array = array;
      this.length = length;
    }

    Choice plus(int number) {
      int[] into =
          length < array.length ? array : Arrays.copyOf(array, Math.max(1, 2 * array.length));
      into[length] = number;
      return new Choice(into, length + 1);
    }

    int[] numbers() {
      return Arrays.copyOf(array, length);
    }
  }

  private Choice remembered(Choice choice) {
    return has(Defect.REUSED_ARRAY) ? choice : new Choice(choice.numbers(), choice.length);
  }

  private static boolean combinations(
      int[] of, int size, int from, Choice begun, Predicate<Choice> goesOn) {
    if (size == 0) {
      return goesOn.test(begun);
    }
    for (int i = from; i <= of.length - size; i++) {
      if (!combinations(of, size - 1, i + 1, begun.plus(of[i]), goesOn)) {
        return false;
      }
    }
    return true;
  }

  private static void combinations(int[] of, int size, Predicate<Choice> goesOn) {
    combinations(of, size, 0, new Choice(new int[0], 0), goesOn);
  }

  /** The best choice until now, and what it is worth. */
  private static final class Best {
    double balance = Double.MAX_VALUE;
    Optional<Choice> nodes = Optional.empty();
    Optional<Choice> rest = Optional.empty();
  }

  private Set<Integer> distributed(Map<Integer, Cpu> available, int cpus, int group) {
    if (cpus % group != 0 || cpus < 1) {
      return packed(available, cpus, TakePolicy.PACKED);
    }
    var request = new Request(available, cpus);
    int[] nodes = request.numas().stream().mapToInt(i -> i).toArray();
    if (!has(Defect.LISTED_TWICE)) {
      nodes = Arrays.stream(nodes).distinct().toArray();
    }
    int allNodes = count(machine, Cpu::numa);
    int groupsOfNode = ((machine.size() - 1) / group + 1 - 1) / allNodes + 1;
    int groups = (cpus - 1) / group + 1;
    int most = Math.min(groups, count(request.free.values(), Cpu::numa));
    for (int k = (groups - 1) / groupsOfNode + 1; k <= most; k++) {
      var best = new Best();
      combinations(nodes, k, choice -> weigh(choice, request, cpus, group, best));
      if (best.nodes.isPresent()) {
        return hand(request, best, cpus, group);
      }
    }
    return packed(available, cpus, TakePolicy.PACKED);
  }

  private boolean weigh(Choice choice, Request request, int cpus, int group, Best best) {
    if (best.balance == 0) {
      return false;
    }
    int[] chosen = choice.numbers();
    Function<Integer, Integer> free = node -> in(request.free.values(), Cpu::numa, node).size();
    int all = Arrays.stream(chosen).distinct().map(free::apply).sum();
    int wholeGroups = Arrays.stream(chosen).map(node -> free.apply(node) / group).sum();
    int each = cpus / chosen.length / group * group;
    if (all < cpus
        || wholeGroups * group < cpus
        || Arrays.stream(chosen).anyMatch(node -> free.apply(node) < each)) {
      return true;
    }
    var after = new TreeMap<Integer, Integer>();
    request.numas().forEach(node -> after.put(node, free.apply(node)));
    Arrays.stream(chosen).forEach(node -> after.merge(node, -each, Integer::sum));
    int rest = cpus - each * chosen.length;
    var own = new Best();
    if (rest == 0) {
      own.balance = deviation(after.values());
    }
    int[] givers =
        Arrays.stream(chosen).filter(node -> after.getOrDefault(node, 0) >= group).toArray();
    for (int k = givers.length; rest > 0 && k >= 1; k--) {
      combinations(
          givers,
          k,
          some -> {
            weighRest(some, after, rest, group, own);
            return true;
          });
    }
    if (own.balance < best.balance) {
      best.balance = own.balance;
      best.nodes = Optional.of(remembered(choice));
      best.rest = own.rest;
    }
    return true;
  }

  private void weighRest(Choice some, Map<Integer, Integer> after, int rest, int group, Best own) {
    int[] givers = some.numbers();
    int sum = Arrays.stream(givers).map(node -> after.getOrDefault(node, 0)).sum();
    int inGroups =
        Arrays.stream(givers).map(node -> after.getOrDefault(node, 0) / group * group).sum();
    if (sum < rest || (!has(Defect.ENDLESS_TURNS) && inGroups < rest)) {
      return;
    }
    var left = new TreeMap<>(after);
    int more = rest;
    for (int steps = 0; more > 0; steps++) {
      for (int node : givers) {
        if (more == 0) {
          break;
        }
        if (left.getOrDefault(node, 0) >= group) {
          left.merge(node, -group, Integer::sum);
          more -= group;
        }
      }
      endIfEndless(steps);
    }
    double balance = deviation(left.values());
    if (balance < own.balance) {
      own.balance = balance;
      own.rest = Optional.of(remembered(some));
    }
  }

  private static void endIfEndless(int steps) {
    if (steps > MANY_STEPS) {
      throw new Endless();
    }
  }

  private Set<Integer> hand(Request request, Best best, int cpus, int group) {
    int[] nodes = best.nodes.orElseThrow().numbers();
    int each = cpus / nodes.length / group * group;
    for (int node : nodes) {
      handOf(request, node, each);
    }
    int rest = cpus - each * nodes.length;
    for (int steps = 0; rest > 0; steps++) {
      for (int node : best.rest.map(Choice::numbers).orElse(new int[0])) {
        if (rest == 0) {
          break;
        }
        if (in(request.free.values(), Cpu::numa, node).size() >= group) {
          handOf(request, node, group);
          rest -= group;
        }
      }
      endIfEndless(steps);
    }
    if (request.needed != 0) {
      throw new IllegalStateException("accounting");
    }
    return request.result;
  }

  /** Takes CPUs of a node; none when there are too few, which the kubelet does not look at. */
  private void handOf(Request request, int node, int cpus) {
    var own = new TreeMap<Integer, Cpu>();
    request.free.values().stream().filter(c -> c.numa() == node).forEach(c -> own.put(c.cpu(), c));
    if (cpus <= own.size()) {
      request.take(packed(own, cpus, TakePolicy.PACKED));
    }
  }

  private static double deviation(Collection<Integer> values) {
    double mean = rounded(values.stream().mapToDouble(i -> i).sum() / values.size());
    double squares = values.stream().mapToDouble(i -> (i - mean) * (i - mean)).sum();
    return rounded(Math.sqrt(squares / values.size()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
