package dev.ballast.explain;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the plugins of kube-scheduler gave one node, each with its weight.
 *
 * @param plugins points by plugin
 */
public record InTreeScores(Map<String, Long> plugins) {
  private static final int MAX = 100;

  /** kube-scheduler's guess for a pod without a request: 0.1 cores (pkg/scheduler/util). */
  public static final double DEFAULT_CPU = 0.1;

  /** kube-scheduler's guess for a pod without a request: 200 MiB (pkg/scheduler/util). */
  public static final double DEFAULT_MEMORY = 200L << 20;

  /**
   * Requests or room.
   *
   * @param cpu cores
   * @param memory bytes
   * @param guessedCpu cores, with kube-scheduler's guess for those that request none
   * @param guessedMemory bytes, likewise
   */
  public record Amounts(double cpu, double memory, double guessedCpu, double guessedMemory) {
    /** Of one container, or room. */
    public static Amounts of(double cpu, double memory) {
      return new Amounts(
          cpu, memory, cpu > 0 ? cpu : DEFAULT_CPU, memory > 0 ? memory : DEFAULT_MEMORY);
    }

    /** Of nothing. */
    public static final Amounts NONE = new Amounts(0, 0, 0, 0);

    public Amounts plus(Amounts other) {
      return new Amounts(
          cpu + other.cpu,
          memory + other.memory,
          guessedCpu + other.guessedCpu,
          guessedMemory + other.guessedMemory);
    }
  }

  public InTreeScores {
    plugins = Map.copyOf(plugins);
  }

  /** The sum of all points. */
  public long total() {
    return plugins.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * An estimate from requests by the two plugins that look at them, with their default weights and
   * arguments: NodeResourcesFit (LeastAllocated over cpu and memory) and
   * NodeResourcesBalancedAllocation (kube-scheduler 1.36, {@code plugins/noderesources}).
   *
   * @param pod what the pod requests
   * @param others what the other pods of the node request
   * @param room what the node offers, {@code status.allocatable}
   */
  public static InTreeScores estimate(Amounts pod, Amounts others, Amounts room) {
    var with = others.plus(pod);
    long fit =
        (least(with.guessedCpu(), room.cpu()) + least(with.guessedMemory(), room.memory())) / 2;
    var plugins = new TreeMap<String, Long>();
    plugins.put("NodeResourcesFit", fit);
    if (pod.cpu() > 0 || pod.memory() > 0) { // pods that request nothing are not balanced
      long change = balance(with, room) - balance(others, room);
      plugins.put("NodeResourcesBalancedAllocation", MAX / 2 + (MAX / 2 + change) / 2);
    }
    return new InTreeScores(plugins);
  }

  private static long least(double requested, double room) {
    return room <= 0 || requested > room ? 0 : (long) ((room - requested) * MAX / room);
  }

  private static long balance(Amounts requested, Amounts room) {
    double cpu = room.cpu() > 0 ? Math.min(1, requested.cpu() / room.cpu()) : 0;
    double memory = room.memory() > 0 ? Math.min(1, requested.memory() / room.memory()) : 0;
    return (long) ((1 - Math.abs(cpu - memory) / 2) * MAX);
  }

  /**
   * The smallest weight of the extender with which one node would have been before another.
   *
   * @param first the node that is to win, with what Ballast sent for it
   * @param other the node that won, with what Ballast sent for it
   * @return 1 or more; 0 when no weight does it, as Ballast did not send more for the first
   */
  public static long weightNeeded(
      InTreeScores first, int sentFirst, InTreeScores other, int sentOther) {
    if (sentFirst <= sentOther) {
      return 0;
    }
    long behind = other.total() - first.total();
    long step = 10L * (sentFirst - sentOther);
    return behind < 0 ? 1 : behind / step + 1;
  }
}
