package dev.ballast.topology;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How CPUs are picked. All but one are the kubelet's (1.36, options of its static policy). */
public enum TakePolicy {
  /** Whole NUMA nodes and sockets, then whole cores, then what is left: the kubelet's default. */
  PACKED("packed"),

  /** The same share of each of a few NUMA nodes: {@code distribute-cpus-across-numa}. */
  DISTRIBUTED("distributed"),

  /**
   * Whole cores only, so that no core is shared with strangers. Ours: the kubelet's {@code
   * full-pcpus-only} counts cores of the machine's mean size, here each core has its own.
   */
  FULL_CORE("full-core"),

  /** One CPU of each core before the second of any: {@code distribute-cpus-across-cores}. */
  SPREAD("spread"),

  /** As few L3 caches as possible: {@code prefer-align-cpus-by-uncorecache}. */
  L3("l3");

  private final String text;

  TakePolicy(String text) {
    this.text = text;
  }

  /** Its name in files and options. */
  public String text() {
    return text;
  }

  /** The policy of this name, if there is one. */
  public static Optional<TakePolicy> of(String text) {
    return Arrays.stream(values()).filter(policy -> policy.text.equals(text)).findFirst();
  }

  /** The names of all policies, with commas between. */
  public static String names() {
    return Arrays.stream(values()).map(TakePolicy::text).collect(Collectors.joining(", "));
  }
}
