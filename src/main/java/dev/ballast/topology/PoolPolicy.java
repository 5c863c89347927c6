package dev.ballast.topology;

/** To which CPUs a container is bound, and who else may run there. After crane-agent's policies. */
public enum PoolPolicy {
  /** CPUs of its own: nobody else runs there. */
  EXCLUSIVE,

  /**
   * CPUs that stay: those without CPUs of their own may run there as well, but nobody else gets
   * them as exclusive or immovable.
   */
  IMMOVABLE,

  /** All shared CPUs of some zones: fewer while others own some, all again when they are gone. */
  NUMA,

  /** All shared CPUs of the machine. */
  SHARED,

  /** The CPUs that are reserved for the system. */
  RESERVED;

  /** Whether the CPUs are picked once and kept. */
  boolean isPinned() {
    return this == EXCLUSIVE || this == IMMOVABLE;
  }
}
