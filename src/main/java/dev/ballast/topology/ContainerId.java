package dev.ballast.topology;

import java.util.Comparator;

/**
 * A container of a pod. Immutable.
 *
 * @param podUid the UID of its pod, not empty
 * @param name its name in the pod, not empty
 */
public record ContainerId(String podUid, String name) implements Comparable<ContainerId> {
  private static final Comparator<ContainerId> ORDER =
      Comparator.comparing(ContainerId::podUid).thenComparing(ContainerId::name);

  public ContainerId {
    if (podUid.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException(
          "container is \"" + podUid + "/" + name + "\": give the pod's UID and a name");
    }
  }

  /** By pod, then by name. */
  @Override
  public int compareTo(ContainerId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return podUid + "/" + name;
  }
}
