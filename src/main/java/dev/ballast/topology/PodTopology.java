package dev.ballast.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a pod asks of the zones of its node. Immutable, and a pure function of the Pod object.
 *
 * <p>Amounts are as in {@link NodeTopology}. Sources: crane's scheduler plugin
 * NodeResourceTopologyMatch for target containers and annotations; the kubelet's CPU manager for
 * whose CPUs are counted. We differ from crane in that init containers and sidecars count as they
 * run, and in that an annotation which cannot be read is told.
 *
 * @param request by resource, what the target containers request together at most; empty when there
 *     is no target. A target is a container with a CPU limit equal to its request and a whole
 *     number above 0, unless the pod's policy is none. Pods of DaemonSets have none
 * @param aware whether all of it has to come from one zone; empty when the node decides
 * @param explicit whether an annotation asks for CPUs of a zone, so that a node without a topology
 *     will not do
 * @param aligned all containers in their order, if the pod is Guaranteed and so is aligned by a
 *     kubelet; else none
 * @param result the shares that it has been given, by zone; empty without a result that can be read
 * @param problems what is wrong with its annotations, and what that counts as
 */
public record PodTopology(
    SortedMap<String, Long> request,
    Optional<Boolean> aware,
    boolean explicit,
    List<Container> aligned,
    Optional<List<ZoneShare>> result,
    List<String> problems) {
  /** The pod annotation that says whether all comes from one zone: {@code true} or false. */
  public static final String AWARENESS = "topology.crane.io/topology-awareness";

  /** The pod annotation with none, exclusive, numa or immovable. */
  public static final String CPU_POLICY = "topology.crane.io/cpu-policy";

  /** The pod annotation with the result, written by the scheduler and read by the agent. */
  public static final String RESULT = "topology.crane.io/topology-result";

  /** The pod annotation that keeps a pod off reserved CPUs: {@code true}. */
  public static final String EXCLUDE_RESERVED = "topology.crane.io/exclude-reserved-cpus";

  /** Of a pod that asks for nothing. */
  public static final PodTopology NONE =
      new PodTopology(
          new TreeMap<>(), Optional.empty(), false, List.of(), Optional.empty(), List.of());

  private static final long WHOLE = 1_000;

  /** When a container runs. */
  public enum Run {
    /** Alone with the sidecars declared before it, to its end. */
    INIT,
    /** From its turn among the init containers on. */
    SIDECAR,
    /** Beside all others of its kind. */
    CONTAINER
  }

  /**
   * A container of a pod. Immutable.
   *
   * @param run when it runs
   * @param requests by resource
   * @param wholeCpus whether its CPU limit is its request and a whole number above 0
   */
  public record Container(Run run, SortedMap<String, Long> requests, boolean wholeCpus) {
    public Container {
      requests = Collections.unmodifiableSortedMap(new TreeMap<>(requests));
    }

    /** What a kubelet aligns of it: CPUs only where they are whole. */
    SortedMap<String, Long> alignedRequests() {
      if (wholeCpus) {
        return requests;
      }
      var others = new TreeMap<>(requests);
      others.remove(NodeTopology.CPU);
      return others;
    }
  }

  public PodTopology {
    request = Collections.unmodifiableSortedMap(new TreeMap<>(request));
    aligned = List.copyOf(aligned);
    result = result.map(List::copyOf);
    problems = List.copyOf(problems);
  }

  /** Whether the pod asks for something of a zone, by whatever node it will be on. */
  public boolean asks() {
    return !request.isEmpty() || !aligned.isEmpty();
  }

  /** Whether some of its containers get CPUs of their own from a kubelet that gives any. */
  boolean hasWholeCpus() {
    return aligned.stream().anyMatch(Container::wholeCpus);
  }

  /** What an aligned pod needs at once, as a kubelet with the scope of a pod counts it. */
  SortedMap<String, Long> alignedRequest() {
    return atOnce(aligned.stream().map(c -> new Needs(c.run(), c.alignedRequests())).toList());
  }

  private record Needs(Run run, Map<String, Long> amounts) {}

  /** What containers need together at most: as kube-scheduler counts requests. */
  private static SortedMap<String, Long> atOnce(List<Needs> containers) {
    var running = new TreeMap<String, Long>(); // sidecars, then all
    var most = new TreeMap<String, Long>();
    for (var container : containers) {
      if (container.run() == Run.INIT) {
        var beside = new TreeMap<>(running);
        add(beside, container.amounts());
        beside.forEach((resource, amount) -> most.merge(resource, amount, Math::max));
      } else {
        add(running, container.amounts());
      }
    }
    running.forEach((resource, amount) -> most.merge(resource, amount, Math::max));
    return most;
  }

  static void add(Map<String, Long> sums, Map<String, Long> amounts) {
    amounts.forEach((resource, amount) -> sums.merge(resource, amount, PodTopology::plus));
  }

  /** The sum, at most the largest long: amounts are what people write. */
  static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The amount of thousandths of a CPU, if it is a whole number of CPUs above 0. */
  static boolean isWhole(long milli) {
    return milli > 0 && milli % WHOLE == 0;
  }

  /** Collects a pod, init containers before the others. Confined to one thread. */
  public static final class Builder {
    private final List<Container> containers = new ArrayList<>(1);
    private final List<String> problems = new ArrayList<>(0);
    private boolean guaranteed = true;
    private boolean daemonSet;
    private boolean none;
    private boolean explicit;
    private Optional<Boolean> aware = Optional.empty();
    private Optional<List<ZoneShare>> result = Optional.empty();

    /** Adds a container. */
    public Builder container(Run run, Map<String, Long> requests, Map<String, Long> limits) {
      long cpu = requests.getOrDefault(NodeTopology.CPU, 0L);
      boolean whole = isWhole(cpu) && limits.getOrDefault(NodeTopology.CPU, 0L) == cpu;
      containers.add(new Container(run, new TreeMap<>(requests), whole));
      guaranteed &= isAsRequested("cpu", requests, limits);
      guaranteed &= isAsRequested("memory", requests, limits);
      return this;
    }

    private static boolean isAsRequested(
        String resource, Map<String, Long> requests, Map<String, Long> limits) {
      long limit = limits.getOrDefault(resource, 0L);
      return limit > 0 && requests.getOrDefault(resource, limit) == limit;
    }

    /** Says that a DaemonSet owns it. */
    public Builder daemonSet(boolean daemonSet) {
      this.daemonSet = daemonSet;
      return this;
    }

    /** Reads the annotation {@link #AWARENESS}; empty without one. */
    public Builder awareness(Optional<String> text) {
      aware = text.flatMap(PodTopology::bool);
      explicit |= aware.orElse(false);
      if (text.isPresent() && aware.isEmpty()) {
        problem(AWARENESS, text.get(), "as if it were not there", "true or false");
      }
      return this;
    }

    /** Reads the annotation {@link #CPU_POLICY}; empty without one. */
    public Builder cpuPolicy(Optional<String> text) {
      switch (text.orElse("")) {
        case "none" -> none = true;
        case "exclusive", "numa", "immovable" -> explicit = true;
        default -> {
          if (text.isPresent()) {
            problem(
                CPU_POLICY,
                text.get(),
                "as if it were not there",
                "none, exclusive, numa or immovable");
          }
        }
      }
      return this;
    }

    /** Reads the annotation {@link #EXCLUDE_RESERVED}; empty without one. */
    public Builder excludeReserved(Optional<String> text) {
      String given = text.orElse("true");
      if (!given.equals("true") && !given.equals("false")) {
        problem(EXCLUDE_RESERVED, given, "as false", "true or false");
      }
      return this;
    }

    /** Sets the result; an empty one is none. */
    public Builder result(List<ZoneShare> shares) {
      result = shares.isEmpty() ? Optional.empty() : Optional.of(shares);
      return this;
    }

    /** Says that there is a result that cannot be read. */
    public Builder brokenResult(String text, String why) {
      problems.add(
          RESULT
              + " is "
              + quoted(text)
              + ", "
              + why
              + ": it counts as if it were not there, so the pod counts in each zone");
      return this;
    }

    private void problem(String key, String text, String counts, String wanted) {
      problems.add(key + " is " + quoted(text) + ": it counts " + counts + "; write " + wanted);
    }

    private static String quoted(String text) {
      int most = 80;
      String cut = text.length() > most ? text.substring(0, most) + "..." : text;
      var shown = new StringBuilder("\"");
      cut.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
      return shown.append('"').toString();
    }

    /** The pod. */
    public PodTopology build() {
      boolean targets = !none && !daemonSet && containers.stream().anyMatch(Container::wholeCpus);
      boolean aligns = guaranteed && !containers.isEmpty();
      if (explicit && !targets && !none && !daemonSet) {
        problems.add(
            "its annotations ask for CPUs of a zone, and no container has a CPU limit equal to its"
                + " request and a whole number above 0: it gets none; write such a limit");
      }
      if (!targets && !aligns && result.isEmpty() && problems.isEmpty()) {
        return NONE;
      }
      SortedMap<String, Long> request =
          targets
              ? atOnce(
                  containers.stream()
                      .filter(Container::wholeCpus)
                      .map(c -> new Needs(c.run(), c.requests()))
                      .toList())
              : new TreeMap<>();
      return new PodTopology(
          request, aware, explicit && targets, aligns ? containers : List.of(), result, problems);
    }
  }

  /** A boolean as Go's strconv.ParseBool reads it, which crane uses. */
  public static Optional<Boolean> bool(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
