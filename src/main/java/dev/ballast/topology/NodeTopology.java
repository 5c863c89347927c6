package dev.ballast.topology;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The zones of a node, and what its managers of CPUs and topology do with them, as an agent has
 * published it in a NodeResourceTopology of either kind. Immutable.
 *
 * <p>Amounts are whole numbers: thousandths of a CPU for {@code cpu}, bytes or pieces for all else.
 *
 * @param node the name of the node
 * @param kind who publishes it
 * @param cpus who binds containers to CPUs
 * @param alignment how strictly the resources of a pod or container come from one zone
 * @param scope what is aligned as a whole
 * @param zones all zones, those of NUMA nodes among them; names are unique
 * @param reserved by resource, what is kept for the system
 * @param attributes of the node, such as the fingerprint of its pods
 */
public record NodeTopology(
    String node,
    Kind kind,
    CpuBinding cpus,
    Alignment alignment,
    Scope scope,
    List<Zone> zones,
    Map<String, Long> reserved,
    Map<String, String> attributes) {
  /** The resource whose amounts are thousandths. */
  public static final String CPU = "cpu";

  /** The type of a zone that is a NUMA node, in both kinds. */
  public static final String NUMA_TYPE = "Node";

  /** A set of them is a long. */
  public static final int MAX_NUMA_NODES = 64;

  /** The attribute of the community's kind with the fingerprint of a node's pods. */
  private static final String FINGERPRINT = "nodeTopologyPodsFingerprint";

  /** The attribute that says which pods are in it. */
  private static final String FINGERPRINT_METHOD = "nodeTopologyPodsFingerprintMethod";

  private static final String EXCLUSIVE_ONLY = "with-exclusive-resources";

  /** The kinds of NodeResourceTopology. */
  public enum Kind {
    /** By crane-agent: maps, and nothing of what is free. */
    CRANE("topology.crane.io", "v1alpha1"),
    /** By node-feature-discovery and others: lists. */
    COMMUNITY("topology.node.k8s.io", "v1alpha2");

    private final String group;
    private final String version;

    Kind(String group, String version) {
      this.group = group;
      this.version = version;
    }

    /** Its API group. */
    public String group() {
      return group;
    }

    /** Its version in the API group. */
    public String version() {
      return version;
    }
  }

  /** Who binds containers to CPUs on a node. */
  public enum CpuBinding {
    /** Nobody that a result of the scheduler would reach: the kubelet does as it likes. */
    KUBELET,
    /** An agent, to the zones that the scheduler has chosen. */
    AGENT
  }

  /** How strictly resources come from one zone: the kubelet's topology manager policies. */
  public enum Alignment {
    NONE,
    BEST_EFFORT,
    RESTRICTED,
    SINGLE_NUMA_NODE
  }

  /** What is aligned as a whole: the kubelet's topology manager scopes. */
  public enum Scope {
    CONTAINER,
    POD
  }

  /**
   * A part of a node. Immutable.
   *
   * @param name its name, unique in the node
   * @param type {@value NodeTopology#NUMA_TYPE} for a NUMA node; others may be there
   * @param parent the zone that it is a part of; empty when none is named
   * @param costs by zone, how far its memory is; as in the firmware's table, 10 is its own
   * @param resources by resource, what it has
   * @param reservedCpus how many of its CPUs are kept for the system
   */
  public record Zone(
      String name,
      String type,
      String parent,
      Map<String, Long> costs,
      SortedMap<String, Amounts> resources,
      int reservedCpus) {
    public Zone {
      costs = Map.copyOf(costs);
      resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    }

    /** Whether it is a NUMA node. */
    public boolean isNuma() {
      return type.equals(NUMA_TYPE);
    }

    /**
     * The number at the end of its name, by which agents tell zones; 0 or more, if there is one.
     */
    public Optional<Integer> number() {
      int from = name.length();
      while (from > 0 && isDigit(name.charAt(from - 1))) {
        from--;
      }
      int digits = name.length() - from;
      return digits == 0 || digits > 6
          ? Optional.empty()
          : Optional.of(Integer.parseInt(name.substring(from)));
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }

  /**
   * What a zone has of a resource. Immutable.
   *
   * @param capacity all of it
   * @param allocatable what pods may have together
   * @param available what no pod has; empty where that is not published
   */
  public record Amounts(long capacity, long allocatable, Optional<Long> available) {}

  public NodeTopology {
    zones = List.copyOf(zones);
    reserved = Map.copyOf(reserved);
    attributes = Map.copyOf(attributes);
  }

  /** The NUMA nodes by their numbers, those without one behind by their names. */
  public List<Zone> numaNodes() {
    return zones.stream()
        .filter(Zone::isNuma)
        .sorted(
            Comparator.<Zone>comparingInt(zone -> zone.number().orElse(Integer.MAX_VALUE))
                .thenComparing(Zone::name))
        .toList();
  }

  /** The fingerprint of the pods that were counted, if there is one. */
  public Optional<String> fingerprint() {
    return Optional.ofNullable(attributes.get(FINGERPRINT)).filter(text -> !text.isEmpty());
  }

  /** Whether only pods with CPUs or devices of their own are in the fingerprint. */
  boolean isFingerprintOfExclusive() {
    return EXCLUSIVE_ONLY.equals(attributes.get(FINGERPRINT_METHOD));
  }
}
