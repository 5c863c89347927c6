package dev.ballast.extender.wire;

import java.util.Map;

/**
 * Texts of quantities in a request. Absent texts are empty.
 *
 * @param cpu of {@code cpu}
 * @param memory of {@code memory}
 * @param others of all other resources, by their names
 */
public record Quantities(String cpu, String memory, Map<String, String> others) {
  /** Nothing given. */
  public static final Quantities NONE = new Quantities("", "");

  /** No other resources than these two. */
  public Quantities(String cpu, String memory) {
    this(cpu, memory, Map.of());
  }

  boolean isAs(Quantities other) {
    return cpu.equals(other.cpu) && memory.equals(other.memory) && others.equals(other.others);
  }
}
